import type { FastifyReply, FastifyRequest } from 'fastify'
import type { JWK } from 'jose'
import { type Addresses, addressesAt, type Region } from '../../base/region.ts'
import type { Http } from '../../http/http.ts'
import type { Keyring } from '../keys/keyring.ts'
import { keySetSeconds } from '../keys/rotate-keys.ts'
import { paymentScope } from '../scopes.ts'
import { proofAlgorithms } from '../tokens/proof-key.ts'

/** Where the Payment API's metadata is (RFC 9728 §3.1): the well-known part goes between host and path. */
export function protectedResourceMetadataUrl({ apiUrl }: Pick<Addresses, 'apiUrl'>): string {
  const { origin, pathname } = new URL(apiUrl)
  return `${origin}/.well-known/oauth-protected-resource${pathname}`
}

/**
 * The pages by which a client finds its way: authorization server metadata (RFC 8414 §3.1, and the path of OpenID
 * Connect Discovery §4, which RFC 8414 §5 keeps, for clients that know only that), the key set (RFC 7517 §5), and
 * the metadata of the Payment API (RFC 9728). They are public, so that a page of any origin may read them (CORS).
 *
 * What they say is in the terms of the host that was asked, where it is one of the region's names.
 *
 * @param metadata of the authorization server.
 */
export function addDiscoveryRoutes(
  app: Http,
  {
    region,
    keyring,
    metadata,
  }: {
    readonly region: Region
    readonly keyring: Keyring
    readonly metadata: (addresses: Addresses) => Promise<object>
  },
): void {
  const issuerPath = new URL(region.issuer).pathname
  const asked = ({ headers }: FastifyRequest) => addressesAt(region, headers.host)
  const server = async (request: FastifyRequest) => JSON.stringify(await metadata(asked(request)))
  const resource = (request: FastifyRequest) => JSON.stringify(resourceMetadata(asked(request)))
  addPage(app, `${issuerPath}/.well-known/openid-configuration`, server)
  addPage(app, `/.well-known/oauth-authorization-server${issuerPath}`, server)
  addPage(app, `${issuerPath}/.well-known/openid-configuration/jwks`, createKeySetBody(keyring))
  addPage(app, new URL(protectedResourceMetadataUrl(region)).pathname, resource)
}

/** RFC 9728 §2. */
const resourceMetadata = ({ apiUrl, issuer }: Addresses) => ({
  resource: apiUrl,
  authorization_servers: [issuer],
  scopes_supported: [paymentScope],
  bearer_methods_supported: ['header'],
  dpop_signing_alg_values_supported: proofAlgorithms,
})

/** The keys that are published at the moment; written anew only when they are others. */
function createKeySetBody(keyring: Keyring): () => string {
  let keys: readonly JWK[] = []
  let body = ''
  return () => {
    const published = keyring.published()
    if (published !== keys) {
      keys = published
      body = JSON.stringify({ keys })
    }
    return body
  }
}

const headers = {
  'cache-control': `public, max-age=${keySetSeconds}`,
  'access-control-allow-origin': '*',
  'content-type': 'application/json; charset=utf-8',
}

function addPage(app: Http, path: string, body: (request: FastifyRequest) => string | Promise<string>): void {
  app.get(path, async (request, reply: FastifyReply) => reply.headers(headers).send(await body(request)))
}
