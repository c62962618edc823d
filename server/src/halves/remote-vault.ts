import type { Call, Calls } from '../calls/calls.ts'
import type { Provider, ProviderSentLink } from '../payments/provider.ts'
import type { AskOtherHalf } from './ask-other-half.ts'
import type { LaunchAnswer, LaunchBody } from './serve-vault.ts'

/** The vault that runs as a process of its own, as the Payment API's half sees it. */
export interface RemoteVault {
  readonly provider: Provider
  readonly calls: Pick<Calls, 'findLiveCall'>
}

export function createRemoteVault(ask: AskOtherHalf): RemoteVault {
  const provider: Provider = {
    async launch({ accountId, configuration, kind, order, paymentData, callGuid, sessionGuid }) {
      const body: LaunchBody = {
        FlowId: configuration.id,
        InitialValues: paymentData,
        Kind: kind,
        Order: order,
        CallGuid: callGuid,
        SessionGuid: sessionGuid,
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
    sendLink: (guid, order) => ask<ProviderSentLink>(`/api/v1/session/${guid}/link`, order),
  }
  return {
    provider,
    calls: {
      async findLiveCall(accountId, agentId) {
        const { call } = await ask<{ readonly call: Call | null }>('/api/v1/live-call', {
          accountId,
          agentId,
        })
        return call ?? undefined
      },
    },
  }
}
