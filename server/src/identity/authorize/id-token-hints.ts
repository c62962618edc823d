import { compactVerify, errors, type JWTHeaderParameters } from 'jose'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { allAddresses, type Region } from '../../base/region.ts'
import { signingAlgorithms } from '../keys/algorithms.ts'
import type { Keyring } from '../keys/keyring.ts'
import { isCompactJws } from '../tokens/compact-jws.ts'

/** What an ID token of ours says about who is to be signed in or out, and by whom. */
export interface IdTokenHint {
  readonly clientId: Guid
  readonly userId: Guid
  /** The browser session; `undefined` when it came of the password grant. */
  readonly signInId: Guid | undefined
}

/**
 * Reads an `id_token_hint`. Expired ones are taken: it is not that the person is signed in that they prove, but
 * that the client was told who the person is (OpenID Connect Core §3.1.2.1, RP-Initiated Logout 1.0 §2, §4).
 *
 * @returns `undefined` for whatever is not an ID token that this region has signed.
 */
export type ReadIdTokenHint = (token: string) => Promise<IdTokenHint | undefined>

const maxCharacters = 8 * 1024

export function createIdTokenHints({
  region,
  keyring,
}: {
  readonly region: Region
  readonly keyring: Pick<Keyring, 'find'>
}): ReadIdTokenHint {
  const findKey = ({ kid, alg }: JWTHeaderParameters) => {
    const key = kid === undefined ? undefined : keyring.find(kid)
    if (key === undefined || key.algorithm !== alg) throw new errors.JWSSignatureVerificationFailed()
    return key.publicKey
  }
  const issuers = new Set<unknown>([...allAddresses(region)].map(({ issuer }) => issuer))
  return async (token) => {
    if (token.length > maxCharacters || !isCompactJws(token)) return undefined
    try {
      const { protectedHeader, payload } = await compactVerify(token, findKey, {
        algorithms: [...signingAlgorithms],
      })
      return protectedHeader.typ === 'JWT'
        ? readClaims(JSON.parse(String(Buffer.from(payload))), issuers)
        : undefined
    } catch {
      return undefined
    }
  }
}

function readClaims(
  claims: Readonly<Record<string, unknown>>,
  issuers: ReadonlySet<unknown>,
): IdTokenHint | undefined {
  const { iss, aud, sub, sid } = claims
  const [clientId, userId] = [guidOf(aud), guidOf(sub)]
  if (!issuers.has(iss) || clientId === undefined || userId === undefined) return undefined
  return { clientId, userId, signInId: guidOf(sid) }
}

const guidOf = (claim: unknown): Guid | undefined =>
  typeof claim === 'string' ? parseGuid(claim) : undefined
