import { Problem } from '../../base/problem.ts'
import { type Addresses, addressesAt, allAddresses, type Region } from '../../base/region.ts'
import { proofAlgorithms } from './proof-key.ts'

/** How an access token is sent: as it is, or with a proof of the key that it is bound to (RFC 9449 §7.1). */
export type Scheme = 'Bearer' | 'DPoP'

/** What a request is refused with, each with its challenge. */
export type BearerRefusals = ReturnType<typeof prepareBearerRefusals>

const algorithms = `algs="${proofAlgorithms.join(' ')}"`

/** The refusals of a resource, by the scheme that was used. */
export type ResourceRefusals = ReturnType<ReturnType<typeof prepareRefusals>>

/**
 * Prepares the refusals of a resource.
 *
 * @returns those in the terms of the host that was asked.
 */
export function prepareRefusals({
  region,
  scope,
  aboutOf,
}: {
  readonly region: Region
  readonly scope: string
  readonly aboutOf: (addresses: Addresses) => string
}) {
  const prepare = (addresses: Addresses) => {
    const about = aboutOf(addresses)
    return {
      about,
      asBearer: prepareBearerRefusals('Bearer', { scope, about }),
      asDpop: prepareBearerRefusals('DPoP', { scope, about }),
    }
  }
  const own = prepare(region)
  const prepared = new Map([...allAddresses(region)].map((addresses) => [addresses, prepare(addresses)]))
  return (host: string | undefined) => prepared.get(addressesAt(region, host)) ?? own
}

/**
 * Prepares the refusals of one scheme (RFC 6750 §3, RFC 9449 §7.1). The challenge is of the scheme that was used;
 * who used none is shown both.
 *
 * @param about a parameter that each challenge ends with: `resource_metadata="…"` (RFC 9728 §5.1), `realm="…"`.
 */
function prepareBearerRefusals(
  scheme: Scheme,
  { scope, about }: { readonly scope: string; readonly about: string },
) {
  const challenge = (...parameters: readonly string[]) => {
    const all = scheme === 'DPoP' ? [...parameters, algorithms, about] : [...parameters, about]
    return { headers: { 'www-authenticate': `${scheme} ${all.join(', ')}` } }
  }
  const none = { headers: { 'www-authenticate': `Bearer ${about}, DPoP ${algorithms}, ${about}` } }
  const invalid = challenge('error="invalid_token"')
  const expired = challenge('error="invalid_token"', 'error_description="The access token expired"')
  const scopeMissing = challenge('error="insufficient_scope"', `scope="${scope}"`)
  return {
    noCredentials: () => new Problem('unauthorized', 'Authorization has been denied for this request.', none),
    invalid: () => new Problem('invalid-token', 'The access token is invalid.', invalid),
    expired: () => new Problem('invalid-token', 'The access token has expired.', expired),
    scopeMissing: () =>
      new Problem('insufficient-scope', `The access token lacks the scope ${scope}.`, scopeMissing),
    /** @param reason one of our own texts, fit for a quoted string (RFC 6750 §3). */
    proof: (reason: string) =>
      new Problem(
        'invalid-dpop-proof',
        `${reason}.`,
        challenge('error="invalid_dpop_proof"', `error_description="${reason}"`),
      ),
    wrongScheme: (reason: string) =>
      new Problem(
        'invalid-token',
        `${reason}.`,
        challenge('error="invalid_token"', `error_description="${reason}"`),
      ),
    overloaded: () => new Problem('overloaded', 'Too many requests with DPoP proofs. Try again shortly.'),
  }
}
