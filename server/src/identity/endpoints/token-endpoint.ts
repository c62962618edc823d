import type { FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import { addressesAt } from '../../base/region.ts'
import { currentSpan } from '../../base/request-scope.ts'
import type { RateLimit } from '../../base/throttle/rate-limit.ts'
import type { Http } from '../../http/http.ts'
import { whenClosed } from '../../http/when-closed.ts'
import type { Client } from '../clients/known-clients.ts'
import { type PresentedCredentials, readPresentedCredentials } from '../clients/presented-credentials.ts'
import type { Grant, Granted, TokenRequest } from '../grants/grant.ts'
import type { ProvenKey } from '../grants/proven-key.ts'
import { startTokenQuota } from '../grants/token-quota.ts'
import type { UsesAtOnce } from '../tokens/uses-at-once.ts'
import type { Cors } from './cors.ts'
import type { SentForm } from './form-parameters.ts'
import { addOAuthEndpoint } from './oauth-endpoint.ts'
import { OAuthError } from './oauth-error.ts'
import type { TokenMeter } from './token-meter.ts'

interface TokenEndpoint extends Pick<Parts, 'region' | 'log'> {
  /** By the value of `grant_type`. */
  readonly grants: ReadonlyMap<string, Grant>
  readonly authenticate: (credentials: PresentedCredentials, address: string) => Promise<Client>
  readonly provenKey: ProvenKey
  readonly cors: Cors
  /** For each client and person; null: no limit. */
  readonly rateLimit: RateLimit | null
  readonly uses: UsesAtOnce
  readonly lifetimeSeconds: number
  readonly tokenMeter?: TokenMeter
}

/**
 * `POST /auth/connect/token` (RFC 6749 §3.2, contract/authentication §3 to §5). The client authenticates
 * first; only then is its request looked at.
 */
export function addTokenEndpoint(app: Http, path: string, endpoint: TokenEndpoint): void {
  const { region, grants, authenticate, provenKey, cors, rateLimit, uses, lifetimeSeconds, log } = endpoint
  const { tokenMeter } = endpoint
  const grantName = (parameters: SentForm) => {
    const name = parameters.get('grant_type') ?? ''
    return grants.has(name) ? name : 'other'
  }

  async function grantOf(order: Omit<TokenRequest, 'keyThumbprint'>, request: FastifyRequest) {
    const { client, parameters } = order
    const grant = grants.get(parameters.get('grant_type') ?? '')
    if (grant === undefined) {
      throw new OAuthError('unsupported_grant_type', { description: 'Invalid grant_type' })
    }
    const keyThumbprint = await provenKey(request, client)
    return { keyThumbprint, granted: await grant({ ...order, keyThumbprint }) }
  }

  addOAuthEndpoint(app, path, {
    name: 'token',
    region,
    cors,
    refused: (code, parameters) => tokenMeter?.answered(grantName(parameters), code),
    async handler(parameters, request, reply) {
      const arrival = uses.arrive(parameters.get('code') ?? parameters.get('refresh_token'))
      const address = request.ip
      const credentials = readPresentedCredentials(request, parameters)
      const client = await authenticate(credentials, address)
      currentSpan()?.set({ 'tonegate.account_id': client.account.id })
      cors.narrow(request, reply, client.allowedOrigins)
      const quota = startTokenQuota({ rateLimit, client, parameters, address, reply })
      try {
        const once = { arrival, onAnswered: (callback: () => void) => whenClosed(reply.raw, callback) }
        const addresses = addressesAt(region, request.headers.host)
        const order = { client, parameters, address, addresses, request: once, admit: quota.proven }
        const { granted, keyThumbprint } = await grantOf(order, request)
        log.debug({ clientId: client.id, scope: granted.scope }, 'a token was issued')
        tokenMeter?.answered(grantName(parameters), 'issued')
        return tokenResponse(granted, {
          type: keyThumbprint === null ? 'Bearer' : 'DPoP',
          seconds: lifetimeSeconds,
          asked: granted.askedScope ?? parameters.get('scope'),
        })
      } catch (error) {
        quota.refused()
        throw error
      }
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
