import type { Http } from '../../base/http.ts'
import type { Log } from '../../base/log.ts'
import { quotaHeaders, type RateLimit } from '../../base/rate-limit.ts'
import type { Client } from '../clients/known-clients.ts'
import { type PresentedCredentials, readPresentedCredentials } from '../clients/presented-credentials.ts'
import type { Cors } from '../cors.ts'
import { addOAuthEndpoint } from '../oauth-endpoint.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Grant, Granted } from './grant.ts'
import type { ProvenKey } from './proven-key.ts'

interface TokenEndpoint {
  /** By the value of `grant_type`. */
  readonly grants: ReadonlyMap<string, Grant>
  readonly authenticate: (credentials: PresentedCredentials, address: string) => Promise<Client>
  readonly provenKey: ProvenKey
  readonly cors: Cors
  /** For each client that has authenticated; null: no limit. */
  readonly rateLimit: RateLimit | null
  readonly lifetimeSeconds: number
  readonly log: Log
}

/**
 * `POST /auth/connect/token` (RFC 6749 §3.2, contract/authentication §3 to §5). The client authenticates
 * first; only then is its request looked at.
 */
export function addTokenEndpoint(app: Http, path: string, endpoint: TokenEndpoint): void {
  const { grants, authenticate, provenKey, cors, rateLimit, lifetimeSeconds, log } = endpoint
  addOAuthEndpoint(app, path, {
    name: 'token',
    log,
    cors,
    async handler(parameters, request, reply) {
      const credentials = readPresentedCredentials(request.headers.authorization, parameters)
      const client = await authenticate(credentials, request.ip)
      cors.narrow(request, reply, client.allowedOrigins)
      if (rateLimit !== null) reply.headers(takeQuota(rateLimit, client))
      const grant = grants.get(parameters.get('grant_type') ?? '')
      if (grant === undefined) {
        throw new OAuthError('unsupported_grant_type', { description: 'Invalid grant_type' })
      }
      const keyThumbprint = await provenKey(request, client)
      const granted = await grant({ client, parameters, address: request.ip, keyThumbprint })
      log.debug({ clientId: client.id, scope: granted.scope }, 'a token was issued')
      const type = keyThumbprint === null ? 'Bearer' : 'DPoP'
      const asked = granted.askedScope ?? parameters.get('scope')
      return tokenResponse(granted, { type, seconds: lifetimeSeconds, asked })
    },
  })
}

interface Issued {
  /** RFC 9449 §5: `DPoP` when the token is bound to a key. */
  readonly type: 'Bearer' | 'DPoP'
  readonly seconds: number
  /** The scope that was asked for. */
  readonly asked: string | undefined
}

/**
 * The members of contract/authentication §4, in its order; `scope` only when it is not the one asked for.
 * None of the values holds a character that JSON escapes.
 */
function tokenResponse(granted: Granted, { type, seconds, asked }: Issued): string {
  const { accessToken, scope, refreshToken, idToken } = granted
  const ofScope = scope === asked ? '' : `,"scope":"${scope}"`
  const ofRefresh = refreshToken === undefined ? '' : `,"refresh_token":"${refreshToken}"`
  const ofIdentity = idToken === undefined ? '' : `,"id_token":"${idToken}"`
  const rest = `${ofScope}${ofRefresh}${ofIdentity}`
  return `{"access_token":"${accessToken}","expires_in":${seconds},"token_type":"${type}"${rest}}`
}

function takeQuota(rateLimit: RateLimit, client: Client): Record<string, string> {
  const quota = rateLimit.take(client.id)
  const headers = quotaHeaders(quota)
  if (quota.allowed) return headers
  const description = 'The client sends too many token requests. Try again later.'
  throw new OAuthError('temporarily_unavailable', { description, headers })
}
