import type { Provider } from './payments/provider.ts'
import type { RemoteProvider } from './payments/remote-provider/remote-provider.ts'

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
    cancel: async (guid) => ((await remote.has(guid)) ? remote : vault).cancel(guid),
    cancelAfterwards: async (guid) =>
      (await remote.has(guid)) ? remote.cancelAfterwards(guid) : vault.cancelAfterwards(guid),
    closeView: async (guid) => ((await remote.has(guid)) ? remote : vault).closeView(guid),
    sendLink: async (guid, order) => ((await remote.has(guid)) ? remote : vault).sendLink(guid, order),
  }
}
