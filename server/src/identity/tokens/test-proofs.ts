import { hash } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Clock } from '../../base/clock.ts'
import type { ProofAlgorithm } from './proof-key.ts'

/** Members that are `undefined` are left out of a proof. */
export type Members = Readonly<Record<string, unknown>>

/** For the tests: a program that holds a key and makes proofs with it (RFC 9449 §4.2). */
export async function createProver(clock: Clock, alg: ProofAlgorithm = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  let made = 0

  /** A proof for a request; the changes are of its claims and its header. */
  function prove(
    request: { readonly method: string; readonly url: string; readonly accessToken?: string },
    claims: Members = {},
    header: Members = {},
  ): Promise<string> {
    made += 1
    const { method: htm, url: htu, accessToken } = request
    const payload = {
      jti: `proof ${made}`,
      htm,
      htu,
      iat: Math.floor(clock.now() / 1000),
      ...(accessToken !== undefined && { ath: hash('sha256', accessToken, 'base64url') }),
      ...claims,
    }
    return new SignJWT(payload as JWTPayload)
      .setProtectedHeader({ typ: 'dpop+jwt', alg, jwk, ...header })
      .sign(privateKey)
  }
  return {
    prove,
    jwk,
    privateJwk: await exportJWK(privateKey),
    privateKey,
    keyThumbprint: await calculateJwkThumbprint(jwk),
  }
}
