import { createPrivateKey } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { keyId, lifetimeSeconds, type TokenSettings } from '../floors/access-token.ts'

/**
 * oidc-provider with its in-memory adapter, issuing the same JWT by client credentials. Features that the
 * measured request does not touch are off.
 */
export async function createOidcProvider({
  algorithm,
  privateKey,
  issuer,
  audience,
  client,
}: TokenSettings): Promise<Server> {
  const key = createPrivateKey(privateKey).export({ format: 'jwk' })
  const resourceServer = {
    scope: 'globalpci',
    audience,
    accessTokenTTL: lifetimeSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: algorithm } },
  }
  const provider = await makeQuietly(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: algorithm,
      },
    ],
    jwks: { keys: [{ ...key, kid: keyId(privateKey), alg: algorithm, use: 'sig' }] },
    routes: { token: '/auth/connect/token' },
    scopes: ['globalpci'],
    ttl: { ClientCredentials: lifetimeSeconds },
    extraTokenClaims: () => ({ nbf: Math.floor(Date.now() / 1000), account: client.account }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => resourceServer,
      },
    },
  })
  return createServer(provider.callback())
}

/** Its advice for production, which it prints while it is loaded and made, is left out. */
export async function makeQuietly(issuer: string, configuration: object) {
  const { warn } = console
  console.warn = () => {}
  try {
    const { default: Provider } = await import('oidc-provider')
    return new Provider(issuer, configuration)
  } finally {
    console.warn = warn
  }
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as TokenSettings & { port: number }
  const server = await createOidcProvider(settings)
  server.listen(port, '127.0.0.1')
}
