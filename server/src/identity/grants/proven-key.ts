import { originAt, type Region } from '../../base/region.ts'
import { networkOf } from '../../base/throttle/network-of.ts'
import type { BearerRequest } from '../bearer.ts'
import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import type { CheckProof } from '../tokens/dpop-proof.ts'

/** The thumbprint of the key that a token is to be bound to, which its request holds a proof of; or null. */
export type ProvenKey = (
  request: BearerRequest & { readonly ip: string },
  client: Client,
) => Promise<string | null>

/**
 * Looks at the DPoP proof of a token request (RFC 9449 §5). Any client may send one; a client that was registered
 * so gets no token without (§5.2). The client has authenticated before, so that not everybody can fill the memory
 * of used proofs; those of public clients, which anybody can say to be, are remembered apart, by their networks.
 *
 * @throws {OAuthError} `invalid_dpop_proof`; `temporarily_unavailable` when there are too many proofs.
 */
export function createProvenKey({
  checkProof,
  checkPublicProof,
  region,
}: {
  readonly checkProof: CheckProof
  readonly checkPublicProof: CheckProof
  readonly region: Region
}): ProvenKey {
  return async ({ method, url, headers, ip }, client) => {
    if (headers.dpop === undefined && !client.dpopBound) return null
    const isPublic = client.clientType === 'public'
    const checked = await (isPublic ? checkPublicProof : checkProof)({
      proof: headers.dpop,
      method,
      url: `${originAt(region, headers.host, region.issuer)}${url}`,
      source: isPublic ? networkOf(ip) : client.id,
    })
    switch (checked.outcome) {
      case 'proven':
        return checked.keyThumbprint
      case 'refused':
        throw new OAuthError('invalid_dpop_proof', { description: checked.reason })
      case 'overloaded':
        throw new OAuthError('temporarily_unavailable', {
          status: 503,
          description: 'Too many requests with DPoP proofs. Try again later.',
          headers: { 'retry-after': '5' },
        })
    }
  }
}
