import { addressesAt, type Region } from '../../base/region.ts'
import type { Http } from '../../http/http.ts'
import type { Client, KnownClients } from '../clients/known-clients.ts'
import {
  type CredentialsRequest,
  invalidClient,
  type PresentedCredentials,
  readPresentedCredentials,
} from '../clients/presented-credentials.ts'
import { claimsStillHold } from '../tokens/claims-still-hold.ts'
import type { RefreshTokens } from '../tokens/refresh-tokens.ts'
import type { Revocations } from '../tokens/revocations.ts'
import type { VerifyAccessToken } from '../tokens/verify-access-token.ts'
import type { KnownUsers } from '../users/known-users.ts'
import type { SentForm } from './form-parameters.ts'
import { addOAuthEndpoint } from './oauth-endpoint.ts'
import { OAuthError } from './oauth-error.ts'

interface IntrospectionEndpoint {
  readonly region: Region
  readonly authenticate: (credentials: PresentedCredentials, address: string) => Promise<Client>
  readonly verify: VerifyAccessToken
  readonly clients: KnownClients
  readonly users: KnownUsers
  readonly refreshTokens: RefreshTokens
  readonly revocations: Revocations
}

/** All that is said of a token that is not good, or that is none of the caller's business (RFC 7662 §2.2). */
const inactive = { active: false }

/**
 * `POST /auth/connect/introspect` (RFC 7662): a resource server asks what a token is worth at this moment. It has a
 * client's credentials of its own, with or without flows. It learns about access tokens that act for its own account,
 * and a client about those that were issued to it; about a refresh token only the client that holds it.
 */
export function addIntrospectionEndpoint(app: Http, path: string, endpoint: IntrospectionEndpoint): void {
  const { region, authenticate } = endpoint
  addOAuthEndpoint(app, path, {
    name: 'introspection',
    region,
    async handler(parameters, request) {
      const caller = await resourceServer(parameters, request, (credentials) =>
        authenticate(credentials, request.ip),
      )
      const token = parameters.get('token')
      if (token === undefined)
        throw new OAuthError('invalid_request', { description: 'The token is missing' })
      const { issuer } = addressesAt(region, request.headers.host)
      const about =
        (await aboutRefreshToken(endpoint, caller, { text: token, issuer })) ??
        (await aboutAccessToken(endpoint, caller, token))
      return JSON.stringify(about)
    },
  })
}

async function aboutAccessToken(
  { verify, clients, users, revocations }: IntrospectionEndpoint,
  caller: Client,
  text: string,
): Promise<object> {
  const token = await verify(text)
  if (typeof token === 'string' || revocations.isRevoked(token.jti)) return inactive
  if (caller.account.id !== token.accountId && caller.id !== token.clientId) return inactive
  const client = await clients.find(token.clientId)
  const user = token.userId === undefined ? undefined : await users.find(token.userId)
  if (client === undefined || !claimsStillHold(token, client, user)) return inactive
  const audience = [...token.audience]
  const issuedAt = token.issuedAt / 1000
  return {
    active: true,
    scope: [...token.scopes].join(' '),
    client_id: token.clientId,
    username: user?.username,
    token_type: token.keyThumbprint === undefined ? 'Bearer' : 'DPoP',
    exp: token.expiresAt / 1000,
    iat: issuedAt,
    nbf: issuedAt,
    sub: token.userId ?? token.clientId,
    aud: audience.length === 1 ? audience[0] : audience,
    iss: token.issuer,
    jti: token.jti,
    account: token.accountId,
    agent_id: token.agentId,
    cnf: token.keyThumbprint && { jkt: token.keyThumbprint },
  }
}

async function aboutRefreshToken(
  { users, refreshTokens }: IntrospectionEndpoint,
  caller: Client,
  { text, issuer }: { readonly text: string; readonly issuer: string },
): Promise<object | undefined> {
  const token = await refreshTokens.find(text)
  if (token === undefined) return undefined
  if (token.state !== 'live' || token.clientId !== caller.id) return inactive
  const user = await users.find(token.userId)
  if (user === undefined || !(caller.shared || caller.account.id === user.account.id)) return inactive
  return {
    active: true,
    scope: token.scope,
    client_id: token.clientId,
    username: user.username,
    exp: Math.floor(token.expiresAt / 1000),
    sub: user.id,
    iss: issuer,
    account: user.account.id,
    agent_id: user.agentId ?? undefined,
    cnf: token.keyThumbprint ? { jkt: token.keyThumbprint } : undefined,
  }
}

/**
 * Who asks. A public client is nobody here: anyone could say to be it (§2.1). Whoever is not known is told so by 401,
 * however they sent their credentials (§2.3).
 *
 * @throws {OAuthError} `invalid_client`.
 */
async function resourceServer(
  parameters: SentForm,
  request: CredentialsRequest,
  authenticate: (credentials: PresentedCredentials) => Promise<Client>,
): Promise<Client> {
  try {
    const client = await authenticate(readPresentedCredentials(request, parameters))
    if (client.clientType === 'confidential') return client
  } catch (error) {
    if (!(error instanceof OAuthError) || error.code !== 'invalid_client') throw error
    throw invalidClient('basic', error.description)
  }
  throw invalidClient('basic')
}
