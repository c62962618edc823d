import type { Guid } from '../base/guid.ts'
import type { Calls } from '../calls/calls.ts'
import type { DistantProvider, Provider, ProviderSentLink } from '../payments/provider.ts'
import type { OrderedPayment, PaymentSummary } from '../vault/model/payment-summary.ts'
import type { AskOtherProcess } from './ask-other-process.ts'
import type {
  LaunchAnswer,
  LaunchBody,
  PaymentOrderBody,
  ProgressAnswer,
  VaultProvider,
} from './serve-vault.ts'

/** The vault that runs as a process of its own, as the API process sees it. */
export interface RemoteVault {
  readonly provider: VaultProvider
  readonly calls: Pick<Calls, 'findLiveCall'>
}

export function createRemoteVault(ask: AskOtherProcess): RemoteVault {
  async function opened(guid: Guid): Promise<void> {
    await ask(`/api/v1/session/${guid}/opened`, {})
  }
  async function callOff(guid: Guid): Promise<'nothing' | 'session'> {
    type Answer = { readonly Became: 'nothing' | 'session' }
    return (await ask<Answer>(`/api/v1/session/${guid}/call-off`, {})).Became
  }
  const distant: DistantProvider = {
    follow: 'ask',
    isNamed: true,
    opened: async ({ providerSessionGuid }) => opened(requireName(providerSessionGuid)),
    async callOff({ providerSessionGuid }) {
      const became = await callOff(requireName(providerSessionGuid))
      return became === 'nothing' ? undefined : providerSessionGuid
    },
    async adopt() {},
  }
  const provider: VaultProvider = {
    distant: () => distant,
    opened,
    callOff,
    async launch({ accountId, agentId, configuration, kind, order, paymentData, callGuid, ...guids }) {
      const { sessionGuid, providerSessionGuid } = guids
      const name = requireName(providerSessionGuid)
      const body: LaunchBody = {
        FlowId: configuration.id,
        InitialValues: paymentData,
        AgentId: agentId,
        Kind: kind,
        Order: order,
        CallGuid: callGuid,
        SessionGuid: sessionGuid,
        Id: name,
        Configuration: configuration,
      }
      const launched = await ask<LaunchAnswer>(`/api/v1/session/${accountId}/launch`, body)
      return {
        providerSessionGuid: launched.Id,
        iframeUrl: launched.ViewUrl,
        agentAccessToken: launched.AccessToken,
        agentRefreshToken: launched.RefreshToken,
        paymentFormUrl: launched.PaymentFormUrl,
        durable: Promise.resolve(),
      }
    },
    async cancel(guid) {
      await ask(`/api/v1/session/${guid}/cancel`, {})
    },
    async cancelAfterwards(guid) {
      type Answer = { readonly Outcome: Awaited<ReturnType<Provider['cancelAfterwards']>> }
      return (await ask<Answer>(`/api/v1/session/${guid}/cancel-afterwards`, {})).Outcome
    },
    async closeView(guid) {
      await ask(`/api/v1/session/${guid}/close-view`, {})
    },
    findPayment: (guid) => ask<PaymentSummary>(`/api/v1/session/${guid}/payment`, {}),
    orderPayment: (guid, order, by) =>
      ask<OrderedPayment>(`/api/v1/session/${guid}/payment/order`, { order, by } satisfies PaymentOrderBody),
    async findProgress(guids) {
      const { sessions } = await ask<ProgressAnswer>('/api/v1/sessions/progress', { guids })
      return new Map(sessions)
    },
    sendLink: (guid, order) => ask<ProviderSentLink>(`/api/v1/session/${guid}/link`, order),
  }
  return {
    provider,
    calls: {
      async findLiveCall(accountId, agentId) {
        type Answer = { readonly call: Awaited<ReturnType<Calls['findLiveCall']>> }
        return (await ask<Answer>('/api/v1/live-call', { accountId, agentId })).call
      },
    },
  }
}

/** A launch in another process has a name from the beginning. */
function requireName(name: Guid | undefined): Guid {
  if (name === undefined) throw new Error('A launch in another process has no name.')
  return name
}
