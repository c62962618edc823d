import { createPublicKey, verify } from 'node:crypto'
import type { TokenSettings } from './access-token.ts'

/** The claims of an access token. */
export type Claims = Readonly<Record<string, unknown>>

/** Calls back with the claims of a token that is good, or else without. */
export type VerifyToken = (token: string, verified: (claims: Claims | undefined) => void) => void

/**
 * The least that verifying an access token can cost: its ES256 signature by `crypto.verify` on libuv's threads,
 * its issuer, audience and end. The header is not looked at: there is one key.
 */
export function createTokenVerifier({ privateKey, issuer, audience }: TokenSettings): VerifyToken {
  const key = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' } as const
  return (token, verified) => {
    const [header, payload, signature] = token.split('.')
    if (signature === undefined) return verified(undefined)
    const content = Buffer.from(`${header}.${payload}`, 'latin1')
    verify('sha256', content, key, Buffer.from(signature, 'base64url'), (error, isGood) => {
      if (error || !isGood) return verified(undefined)
      const claims: Claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
      const isOurs = claims.iss === issuer && claims.aud === audience
      verified(isOurs && !hasEnded(claims) ? claims : undefined)
    })
  }
}

export const hasEnded = ({ exp }: Claims): boolean => Number(exp) * 1000 <= Date.now()
