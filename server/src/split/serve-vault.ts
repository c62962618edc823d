import { type Guid, parseGuid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Actor } from '../base/request-scope.ts'
import type { Calls } from '../calls/calls.ts'
import type { Http } from '../http/http.ts'
import type { Provider, ProviderLaunch } from '../payments/provider.ts'
import type { PaymentOrder } from '../vault/model/payment-summary.ts'
import type { SessionProgress } from '../vault/model/session-progress.ts'
import type { LinkOrder } from '../vault/model/vault-sessions.ts'

const maxBytes = 1024 * 1024

/**
 * What a launch says: the provider contract's flow and initial values, and beside them what the vault has no copy of.
 * No key of a telephone and no digit of a card ever passes between the processes.
 */
export interface LaunchBody {
  readonly FlowId: number
  readonly InitialValues: ProviderLaunch['paymentData']
  readonly AgentId: ProviderLaunch['agentId']
  readonly Kind: ProviderLaunch['kind']
  readonly Order: ProviderLaunch['order']
  readonly CallGuid: ProviderLaunch['callGuid']
  readonly SessionGuid: ProviderLaunch['sessionGuid']
  /** What the vault shall call the session: the same launch twice is one session. */
  readonly Id: Guid
  readonly Configuration: ProviderLaunch['configuration']
}

/** The answer to a launch, once the session would survive a crash. */
export interface LaunchAnswer {
  readonly Id: Guid
  readonly ViewUrl: string
  readonly AccessToken: string
  readonly RefreshToken: string
  readonly PaymentFormUrl: string
}

/** What is to be done with a payment, and who wants it. */
export interface PaymentOrderBody {
  readonly order: PaymentOrder
  readonly by: Actor
}

/** What has happened in sessions. */
export interface ProgressAnswer {
  readonly sessions: readonly (readonly [Guid, readonly SessionProgress[]])[]
}

interface SessionPath {
  readonly tenantId: string
  readonly id: string
}

/**
 * The vault's side of the contract between the processes, for whoever has the key of their channel: the provider
 * contract's launch, and what the Payment API asks of its provider beyond it.
 */
export function serveVault({
  provider,
  calls,
}: {
  readonly provider: VaultProvider
  readonly calls: Pick<Calls, 'findLiveCall'>
}): (app: Http) => void {
  return (app) => {
    app.post<{ Params: SessionPath; Body: LaunchBody }>(
      '/api/v1/session/:tenantId/launch',
      { bodyLimit: maxBytes },
      async ({ params, body }): Promise<LaunchAnswer> => {
        const launched = await provider.launch({
          accountId: Number(params.tenantId),
          agentId: body.AgentId,
          configuration: body.Configuration,
          kind: body.Kind,
          order: body.Order,
          paymentData: body.InitialValues,
          callGuid: body.CallGuid,
          sessionGuid: body.SessionGuid,
          providerSessionGuid: body.Id,
        })
        await launched.durable
        return {
          Id: launched.providerSessionGuid,
          ViewUrl: launched.iframeUrl,
          AccessToken: launched.agentAccessToken,
          RefreshToken: launched.agentRefreshToken,
          PaymentFormUrl: launched.paymentFormUrl,
        }
      },
    )
    app.post<{ Params: SessionPath }>('/api/v1/session/:id/opened', async ({ params }) => {
      await provider.opened(sessionIn(params))
      return {}
    })
    app.post<{ Params: SessionPath }>('/api/v1/session/:id/call-off', async ({ params }) => ({
      Became: await provider.callOff(sessionIn(params)),
    }))
    app.post<{ Params: SessionPath }>('/api/v1/session/:id/cancel', async ({ params }) => {
      await provider.cancel(sessionIn(params))
      return {}
    })
    app.post<{ Params: SessionPath }>('/api/v1/session/:id/cancel-afterwards', async ({ params }) => ({
      Outcome: await provider.cancelAfterwards(sessionIn(params)),
    }))
    app.post<{ Params: SessionPath }>('/api/v1/session/:id/close-view', async ({ params }) => {
      await provider.closeView(sessionIn(params))
      return {}
    })
    app.post<{ Params: SessionPath }>('/api/v1/session/:id/payment', ({ params }) =>
      provider.findPayment(sessionIn(params)),
    )
    app.post<{ Params: SessionPath; Body: PaymentOrderBody }>(
      '/api/v1/session/:id/payment/order',
      ({ params, body }) => provider.orderPayment(sessionIn(params), body.order, body.by),
    )
    app.post<{ Body: { readonly guids: readonly Guid[] } }>(
      '/api/v1/sessions/progress',
      async ({ body }): Promise<ProgressAnswer> => ({
        sessions: [...(await provider.findProgress(body.guids))],
      }),
    )
    app.post<{ Params: SessionPath; Body: Partial<LinkOrder> }>(
      '/api/v1/session/:id/link',
      ({ params, body }) => provider.sendLink(sessionIn(params), body),
    )
    app.post<{ Body: { readonly accountId: number; readonly agentId: string } }>(
      '/api/v1/live-call',
      async ({ body }) => ({ call: await calls.findLiveCall(body.accountId, body.agentId) }),
    )
  }
}

/** The session of a path: the API process names it by a GUID. */
function sessionIn({ id }: SessionPath): Guid {
  const guid = parseGuid(id)
  if (guid === undefined) throw new Problem('not-found', 'The session was not found.')
  return guid
}

/** The vault as a provider, for the Payment API of this process or of another. */
export interface VaultProvider extends Provider {
  /** For a launcher in another process, that a session which it named is its own, durably. */
  opened(providerSessionGuid: Guid): Promise<void>
  /** Ends what was launched under a name, or sees to it that nothing ever is; see `vault/session/launch/named-launches.ts`. */
  callOff(providerSessionGuid: Guid): Promise<'nothing' | 'session'>
}
