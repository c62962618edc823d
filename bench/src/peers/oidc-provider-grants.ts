import { createPrivateKey } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type Provider from 'oidc-provider'
import { keyId, lifetimeSeconds, type TokenSettings } from '../floors/access-token.ts'
import { createMapAdapter } from './map-adapter.ts'
import { makeQuietly } from './oidc-provider.ts'

export interface OidcGrants extends TokenSettings {
  readonly redirectUri: string
  /** What client credentials give. Its introspection refuses JWTs. */
  readonly accessTokenFormat: 'jwt' | 'opaque'
}

const accountId = 'agent'

/**
 * oidc-provider with code exchange, rotated refresh tokens and introspection, all of it in memory.
 *
 * `GET /new/{count}` makes refresh tokens through its models, or with a `challenge` codes, since nobody can sign
 * in here, and answers them.
 */
export async function createOidcGrants(settings: OidcGrants): Promise<Server> {
  const provider = await makeQuietly(settings.issuer, configurationOf(settings))
  const answer = provider.callback()
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', settings.issuer)
    const [, count] = /^\/new\/(\d+)$/.exec(pathname) ?? []
    if (count === undefined) return answer(request, response)
    issue(provider, settings, Number(count), searchParams.get('challenge')).then(
      (values) => response.end(JSON.stringify(values)),
      (error) => response.writeHead(500).end(String(error)),
    )
  })
}

function configurationOf({ algorithm, privateKey, audience, client, redirectUri, ...rest }: OidcGrants) {
  const resourceServer = {
    scope: 'globalpci',
    audience,
    accessTokenTTL: lifetimeSeconds,
    accessTokenFormat: rest.accessTokenFormat,
    jwt: { sign: { alg: algorithm } },
  }
  const key = createPrivateKey(privateKey).export({ format: 'jwk' })
  return {
    adapter: createMapAdapter(),
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
        redirect_uris: [redirectUri],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: algorithm,
      },
    ],
    jwks: { keys: [{ ...key, kid: keyId(privateKey), alg: algorithm, use: 'sig' }] },
    routes: { token: '/auth/connect/token', introspection: '/auth/connect/introspect' },
    scopes: ['globalpci', 'offline_access'],
    rotateRefreshToken: () => true,
    findAccount: () => ({ accountId, claims: () => ({ sub: accountId }) }),
    ttl: {
      AccessToken: lifetimeSeconds,
      AuthorizationCode: 60,
      ClientCredentials: lifetimeSeconds,
      Grant: 14 * 24 * 3600,
      RefreshToken: 14 * 24 * 3600,
    },
    extraTokenClaims: () => ({ nbf: Math.floor(Date.now() / 1000), account: client.account }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => resourceServer,
        useGrantedResource: () => true,
      },
    },
  }
}

async function issue(
  provider: Provider,
  { audience, client: { id: clientId }, redirectUri }: OidcGrants,
  count: number,
  challenge: string | null,
): Promise<readonly string[]> {
  const client = await provider.Client.find(clientId)
  const values: string[] = []
  for (let each = 0; each < count; each += 1) {
    const grant = new provider.Grant({ accountId, clientId })
    grant.addResourceScope(audience, 'globalpci')
    const members = {
      accountId,
      client,
      grantId: await grant.save(),
      gty: 'authorization_code',
      scope: 'globalpci',
      resource: audience,
      authTime: Math.floor(Date.now() / 1000),
    }
    const made =
      challenge === null
        ? new provider.RefreshToken(members)
        : new provider.AuthorizationCode({
            ...members,
            redirectUri,
            codeChallenge: challenge,
            codeChallengeMethod: 'S256',
          })
    values.push(await made.save())
  }
  return values
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as OidcGrants & { port: number }
  const server = await createOidcGrants(settings)
  server.listen(port, '127.0.0.1')
}
