import { createHmac } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { isSameDigest } from './same-secret.ts'

const maxCharacters = 1024

/** What a token says, beside `aud`, `iat` and `exp`. */
export type TokenClaims = Readonly<Record<string, string | number>>

/**
 * Tokens that this server alone issues and checks: a JWT (RFC 7519) by HMAC.
 *
 * @param keys the first signs, all are believed.
 * @param type comes first in the header, and keeps these tokens apart from every other JWT (RFC 8725 §3.11).
 */
export function createSignedTokens({
  keys,
  type,
  audience,
  lifetimeSeconds,
  clock,
}: {
  readonly keys: readonly [Buffer, ...Buffer[]]
  readonly type: string
  readonly audience: string
  readonly lifetimeSeconds: number
  readonly clock: Clock
}) {
  const header = Buffer.from(JSON.stringify({ typ: type, alg: 'HS256' })).toString('base64url')
  const sign = (signed: string, by: Buffer) => createHmac('sha256', by).update(signed).digest('base64url')
  const isSignature = (signature: string, signed: string, by: Buffer): boolean =>
    isSameDigest(signature, sign(signed, by))
  return {
    issue(claims: TokenClaims): string {
      const iat = Math.floor(clock.now() / 1000)
      const payload = JSON.stringify({ aud: audience, ...claims, iat, exp: iat + lifetimeSeconds })
      const signed = `${header}.${Buffer.from(payload).toString('base64url')}`
      return `${signed}.${sign(signed, keys[0])}`
    },

    /** What a token says; `undefined` when it is forged, foreign or has expired. */
    verify(token: string): Readonly<Record<string, unknown>> | undefined {
      if (token.length > maxCharacters) return undefined
      const [head, body, signature, ...more] = token.split('.')
      if (head !== header || !body || !signature || more.length > 0) return undefined
      if (!keys.some((by) => isSignature(signature, `${head}.${body}`, by))) return undefined
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
      const { aud, exp } = claims
      if (aud !== audience || typeof exp !== 'number') return undefined
      return exp * 1000 > clock.now() ? claims : undefined
    },
  }
}
