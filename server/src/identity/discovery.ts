import type { FastifyReply } from 'fastify'
import type { Http } from '../base/http.ts'
import type { Region } from '../base/region.ts'
import type { Keyring } from './keys/keyring.ts'
import { openIdScopes, paymentScope, scopes } from './scopes.ts'

/** Where the Payment API's metadata is (RFC 9728 §3.1): the well-known part goes between host and path. */
export function protectedResourceMetadataUrl({ apiUrl }: Region): string {
  const { origin, pathname } = new URL(apiUrl)
  return `${origin}/.well-known/oauth-protected-resource${pathname}`
}

/**
 * The pages by which a client finds its way: authorization server metadata (RFC 8414, and the path of OpenID
 * Connect Discovery for clients that know only that), the key set (RFC 7517 §5), and the metadata of the
 * Payment API (RFC 9728). They name only what works.
 *
 * @param grantTypes the values of `grant_type` that the token endpoint takes.
 */
export function addDiscoveryRoutes(
  app: Http,
  {
    region,
    keyring,
    grantTypes,
  }: {
    readonly region: Region
    readonly keyring: Keyring
    readonly grantTypes: readonly string[]
  },
): void {
  const { issuer, apiUrl } = region
  const server = {
    issuer,
    token_endpoint: `${issuer}/connect/token`,
    jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
    scopes_supported: scopes.filter((scope) => !openIdScopes.has(scope)),
    response_types_supported: [],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  }
  const resource = {
    resource: apiUrl,
    authorization_servers: [issuer],
    scopes_supported: [paymentScope],
    bearer_methods_supported: ['header'],
  }
  const issuerPath = new URL(issuer).pathname
  addPage(app, `${issuerPath}/.well-known/openid-configuration`, server)
  addPage(app, `/.well-known/oauth-authorization-server${issuerPath}`, server)
  addPage(app, `${issuerPath}/.well-known/openid-configuration/jwks`, {
    keys: keyring.published(),
  })
  addPage(app, new URL(protectedResourceMetadataUrl(region)).pathname, resource)
}

function addPage(app: Http, path: string, content: object): void {
  const body = JSON.stringify(content)
  app.get(path, (_request, reply: FastifyReply) => {
    reply.header('cache-control', 'public, max-age=300').type('application/json; charset=utf-8').send(body)
  })
}
