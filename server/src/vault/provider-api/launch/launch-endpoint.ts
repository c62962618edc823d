import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { createOneAtATime } from '../../../base/one-at-a-time.ts'
import { Problem } from '../../../base/problem.ts'
import type { Http } from '../../../http/http.ts'
import { describeRefusal } from '../../../http/refusals.ts'
import type { ApiToken } from '../api-tokens.ts'
import type { ProviderFlows } from '../flows/provider-flows.ts'
import type { RequireClient } from '../require-client.ts'
import type { LaunchForTenant, TenantLaunched } from './launch-for-tenant.ts'
import { type LaunchKeys, launchKey } from './launch-keys.ts'
import { launchOfFlow } from './launch-of-flow.ts'
import { readLaunchRequest } from './read-launch-request.ts'

/** What a launch is answered with. Clients of the contract read the first two, and pass over the others. */
export interface LaunchAnswer {
  readonly Id: string
  readonly LinkId: string
  /** The agent's page; opened by the tokens below, or by those of `/api/v1/token`. */
  readonly ViewUrl: string
  /** The customer's page. */
  readonly PaymentFormUrl: string
  readonly AccessToken: string
  readonly RefreshToken: string
}

type LaunchRequest = FastifyRequest<{ Params: { tenant: string } }>

/** `POST /api/v1/session/{tenantId}/launch` (contract/provider §2). What is refused is told as plain text. */
export function registerLaunchEndpoint(
  app: Http,
  {
    requireClient,
    flows,
    launchForTenant,
    keys,
    withKey,
  }: {
    readonly requireClient: RequireClient
    readonly flows: ProviderFlows
    readonly launchForTenant: LaunchForTenant
    readonly keys: LaunchKeys
    /** Runs what concerns one key, while nothing else does. */
    readonly withKey: ReturnType<typeof createOneAtATime>
  },
): void {
  async function launch(
    holder: ApiToken,
    body: unknown,
    alongside: (
      ...written: Parameters<NonNullable<Parameters<LaunchForTenant>[0]['alongside']>>
    ) => Promise<void>,
  ): Promise<LaunchAnswer> {
    const { tenant, clientId, username, refreshTokenHash } = holder
    const { flowId, ...values } = readLaunchRequest(body)
    const found = await flows.find(tenant, flowId)
    if (!found) throw new Problem('invalid-request', `The flow identifier was not found: ${flowId}.`)
    const order = { clientId, username, flowId, refreshTokenHash, ...launchOfFlow(tenant, found, values) }
    return answerOf(await launchForTenant({ ...order, alongside }))
  }

  async function launchOnce(holder: ApiToken, key: string, request: LaunchRequest): Promise<unknown> {
    const { clientId } = holder
    const { body } = request
    const path = `${holder.tenant}`
    return withKey(`${clientId} ${key}`, async () => {
      const taken = await keys.take({ clientId, key, path, body })
      if ('answer' in taken) return taken.answer
      const { claim } = taken
      try {
        return await launch(holder, body, (tx, launched) => keys.keep(tx, claim, answerOf(launched)))
      } catch (error) {
        // Where that cannot be written either, the key is free in half a minute.
        await keys.release(claim).catch(() => {})
        throw error
      }
    })
  }

  app.post<{ Params: { tenant: string } }>(
    '/api/v1/session/:tenant/launch',
    {
      schema: { params: Type.Object({ tenant: Type.String() }) },
      errorHandler: (error, request, reply) => answerInText(error, request, reply),
    },
    async (request, reply) => {
      const holder = await requireClient(request)
      const key = launchKey(request.headers['idempotency-key'])
      reply.header('cache-control', 'no-store')
      return key === undefined
        ? launch(holder, request.body, async () => {})
        : launchOnce(holder, key, request)
    },
  )
}

const answerOf = (launched: TenantLaunched): LaunchAnswer => ({
  Id: launched.guid,
  LinkId: launched.linkId,
  ViewUrl: launched.viewUrl,
  PaymentFormUrl: launched.paymentFormUrl,
  AccessToken: launched.accessToken,
  RefreshToken: launched.refreshToken,
})

function answerInText(
  error: FastifyError | Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status = error instanceof Problem ? error.status : (error.statusCode ?? 500)
  const headers = error instanceof Problem ? (error.options.headers ?? {}) : {}
  const isOurs = status >= 500 && !(error instanceof Problem)
  if (isOurs) describeRefusal(request, { err: error, message: 'a launch failed' })
  else if (error instanceof Problem) describeRefusal(request, { code: error.code })
  const text = isOurs ? `An internal error occurred. Quote this id to support: ${request.id}.` : textOf(error)
  return reply.code(status).headers(headers).type('text/plain; charset=utf-8').send(`${text}\n`)
}

const texts: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Unsupported Content-Type. Send application/json.',
}

const textOf = (error: FastifyError | Problem): string =>
  error instanceof Problem ? error.message : (texts[error.code] ?? 'The request cannot be read.')
