import type { Calls } from '../calls/calls.ts'
import type { DistantProvider, Provider, ProviderSentLink } from '../payments/provider.ts'
import type { AskOtherProcess } from './ask-other-process.ts'
import type { LaunchAnswer, LaunchBody } from './serve-vault.ts'

/** The vault that runs as a process of its own, as the API process sees it. */
export interface RemoteVault {
  readonly provider: Provider
  readonly calls: Pick<Calls, 'findLiveCall'>
}

export function createRemoteVault(ask: AskOtherProcess): RemoteVault {
  const distant: DistantProvider = {
    follow: 'ask',
    isNamed: true,
    async opened({ providerSessionGuid }) {
      await ask(`/api/v1/session/${providerSessionGuid}/opened`, {})
    },
    async callOff({ providerSessionGuid }) {
      type Answer = { readonly Became: 'nothing' | 'session' }
      const { Became } = await ask<Answer>(`/api/v1/session/${providerSessionGuid}/call-off`, {})
      return Became === 'nothing' ? undefined : providerSessionGuid
    },
    async adopt() {},
    async adopted() {},
  }
  const provider: Provider = {
    distant: () => distant,
    async launch({ accountId, agentId, configuration, kind, order, paymentData, callGuid, ...guids }) {
      const { sessionGuid, providerSessionGuid } = guids
      if (!providerSessionGuid) throw new Error('A launch in another process has no name.')
      const body: LaunchBody = {
        FlowId: configuration.id,
        InitialValues: paymentData,
        AgentId: agentId,
        Kind: kind,
        Order: order,
        CallGuid: callGuid,
        SessionGuid: sessionGuid,
        Id: providerSessionGuid,
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
        type Answer = { readonly call: Awaited<ReturnType<Calls['findLiveCall']>> }
        return (await ask<Answer>('/api/v1/live-call', { accountId, agentId })).call
      },
    },
  }
}
