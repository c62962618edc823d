import type { SessionBook } from '../base/session-names.ts'
import type { Provider } from '../payments/provider.ts'
import type { RemoteProvider } from '../payments/remote-provider/remote-provider.ts'

/**
 * The provider that an account configuration names: the vault of this process, unless it names another. A session stays
 * with the provider that it was opened at.
 */
export function providerOf({
  vault,
  remote,
}: {
  readonly vault: Provider
  readonly remote: RemoteProvider
}): Provider {
  return {
    distant: (provider) => (provider ? remote : vault).distant?.(provider),
    launch: (request) => (request.configuration.provider ? remote : vault).launch(request),
    opened: async (guid) => ((await remote.has(guid)) ? remote : vault).opened?.(guid),
    cancel: async (guid) => ((await remote.has(guid)) ? remote : vault).cancel(guid),
    cancelAfterwards: async (guid) =>
      (await remote.has(guid)) ? remote.cancelAfterwards(guid) : vault.cancelAfterwards(guid),
    closeView: async (guid) => ((await remote.has(guid)) ? remote : vault).closeView(guid),
    findPayment: async (guid) => ((await remote.has(guid)) ? remote : vault).findPayment(guid),
    orderPayment: async (guid, order, by) =>
      ((await remote.has(guid)) ? remote : vault).orderPayment(guid, order, by),
    // What a remote provider tells is in the session itself.
    findProgress: (guids) => vault.findProgress(guids),
    sendLink: async (guid, order) => ((await remote.has(guid)) ? remote : vault).sendLink(guid, order),
  }
}

/** The same provider, with the log told what each session is called here and there: before its launch, where that is known. */
export function namingProvider(provider: Provider, { know }: Pick<SessionBook, 'know'>): Provider {
  return {
    ...provider,
    async launch(request) {
      const { sessionGuid, providerSessionGuid } = request
      if (providerSessionGuid) know({ sessionGuid, providerSessionGuid })
      const launched = await provider.launch(request)
      know({ sessionGuid, providerSessionGuid: launched.providerSessionGuid })
      return launched
    },
  }
}
