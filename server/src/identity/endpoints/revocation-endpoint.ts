import { prepareRecord } from '../../audit/record.ts'
import type { Http } from '../../http/http.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Client } from '../clients/known-clients.ts'
import { type PresentedCredentials, readPresentedCredentials } from '../clients/presented-credentials.ts'
import type { RefreshTokens } from '../tokens/refresh-tokens.ts'
import type { OpenRevocations } from '../tokens/revocations.ts'
import type { VerifyAccessToken } from '../tokens/verify-access-token.ts'
import type { Cors } from './cors.ts'
import { addOAuthEndpoint } from './oauth-endpoint.ts'
import { OAuthError } from './oauth-error.ts'

interface RevocationEndpoint extends Pick<StoreParts, 'store' | 'clock' | 'region' | 'log'> {
  readonly authenticate: (credentials: PresentedCredentials, address: string) => Promise<Client>
  readonly verify: VerifyAccessToken
  readonly refreshTokens: RefreshTokens
  readonly revocations: Pick<OpenRevocations, 'write'>
  readonly cors: Cors
}

/**
 * `POST /auth/connect/revocation` (RFC 7009): a client gives a token back. A refresh token ends its grant, with the
 * access tokens that came of it (§2.1), also when it was used before. What is no token, or no good any more, needs no
 * revocation: 200 (§2.2), with an empty object, since there are clients that take nothing but JSON. The hint is not
 * needed, because the two kinds look different.
 *
 * A token of another client is refused (§2.1), as `invalid_grant`: RFC 6749 §5.2 has it for what "was issued to
 * another client". Both kinds can be revoked, so there is no `unsupported_token_type`.
 */
export function addRevocationEndpoint(app: Http, path: string, endpoint: RevocationEndpoint): void {
  const { region, authenticate, verify, refreshTokens, revocations, cors, log, store, clock } = endpoint
  const record = prepareRecord({ store, clock })

  async function revokeAccessToken(client: Client, text: string): Promise<void> {
    const token = await verify(text)
    if (typeof token === 'string') return
    requireOwn(client, token.clientId)
    await revocations.write(async (tx, revoke) => {
      await revoke(token.jti, token.expiresAt)
      const target = { kind: 'access-token', id: token.jti }
      await record(tx, { action: 'token.revoke', target, account: client.account.id })
    })
    log.info({ clientId: client.id, jti: token.jti }, 'an access token was revoked')
  }

  addOAuthEndpoint(app, path, {
    name: 'revocation',
    region,
    cors,
    async handler(parameters, request, reply) {
      const credentials = readPresentedCredentials(request, parameters)
      const client = await authenticate(credentials, request.ip)
      cors.narrow(request, reply, client.allowedOrigins)
      const token = parameters.get('token')
      if (token === undefined)
        throw new OAuthError('invalid_request', { description: 'The token is missing' })
      const refreshToken = await refreshTokens.find(token)
      if (refreshToken === undefined) await revokeAccessToken(client, token)
      else {
        const { clientId, grantId } = refreshToken
        requireOwn(client, clientId)
        await refreshTokens.revokeGrant(grantId)
        log.info({ clientId, grantId }, 'a grant was revoked')
      }
      return '{}'
    },
  })
}

function requireOwn(client: Client, clientId: string): void {
  if (clientId === client.id) return
  throw new OAuthError('invalid_grant', { description: 'The token was issued to a different client' })
}
