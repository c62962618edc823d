import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { nameActor } from '../../base/request-scope.ts'
import { createRateLimit, quotaHeaders } from '../../base/throttle/rate-limit.ts'
import { describeRefusal } from '../../http/refusals.ts'
import { bearerOf } from '../agent-view/view-access.ts'
import type { ApiToken, ApiTokens } from './api-tokens.ts'
import type { ProviderClients } from './provider-clients.ts'

/** Finds out which client a request comes from, and that it may use the tenant in its path. */
export type RequireClient = (
  request: Pick<FastifyRequest, 'headers' | 'refusal'> & { readonly params: { readonly tenant: string } },
) => Promise<ApiToken>

/**
 * @param requestsPerSecond of one client; null where clients are not limited.
 * @throws {Problem} `unauthorized`, `invalid-token`, `quota-exceeded`; `not-found` for a tenant that is not the
 *   client's.
 */
export function createRequireClient({
  clients,
  tokens,
  clock,
  requestsPerSecond,
}: {
  readonly clients: Pick<ProviderClients, 'find'>
  readonly tokens: ApiTokens
  readonly clock: Clock
  readonly requestsPerSecond: number | null
}): { readonly requireClient: RequireClient; holderOf(token: string): Promise<ApiToken | undefined> } {
  const quotas = requestsPerSecond === null ? undefined : createRateLimit({ clock, requestsPerSecond })

  /** Whom a token lets in: it has not expired, and its client has not been disabled. */
  async function holderOf(token: string): Promise<ApiToken | undefined> {
    const issued = tokens.verify(token)
    const client = issued && (await clients.find(issued.clientId))
    return client && !client.disabled && client.tenant === issued.tenant ? issued : undefined
  }

  return {
    async requireClient(request) {
      const { headers, params } = request
      const token = bearerOf(headers)
      if (token === undefined) {
        throw new Problem('unauthorized', 'An access token from /api/v1/token is required.', {
          headers: { 'www-authenticate': 'Bearer' },
        })
      }
      const holder = await holderOf(token)
      if (!holder) {
        throw new Problem('invalid-token', 'The access token is invalid or has expired.', {
          headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
        })
      }
      nameActor({ kind: 'client', id: holder.clientId })
      describeRefusal(request, { clientId: holder.clientId, accountId: holder.tenant })
      const quota = quotas?.take(holder.clientId)
      if (quota && !quota.allowed) {
        throw new Problem('quota-exceeded', 'Too many requests: this client has reached its limit.', {
          headers: quotaHeaders(quota),
        })
      }
      if (String(holder.tenant) !== params.tenant) {
        throw new Problem('not-found', 'This client has no such tenant.')
      }
      return holder
    },
    holderOf,
  }
}
