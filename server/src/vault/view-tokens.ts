import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { type Guid, parseGuid } from '../base/guid.ts'
import type { Region } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'

const lifetimeSeconds = 300
const mostCharacters = 1024

/** `typ` comes first, and keeps these tokens apart from every other JWT (RFC 8725 §3.11). */
const header = Buffer.from('{"typ":"view+jwt","alg":"HS256"}').toString('base64url')

export type ViewTokens = ReturnType<typeof createViewTokens>

/**
 * The access tokens of the agent view (contract/payment-api §3): a JWT for the page of one capture session,
 * five minutes, worthless everywhere else. Their key follows from the sealing key.
 */
export function createViewTokens({
  sealer,
  region,
  clock,
}: {
  readonly sealer: Sealer
  readonly region: Region
  readonly clock: Clock
}) {
  const keys = sealer.derivations('agent view')
  const audience = `${region.paymentOrigin}/session`
  const sign = (signed: string, by = keys[0]) => createHmac('sha256', by).update(signed).digest('base64url')
  const isSignature = (signature: string, signed: string, by: Buffer): boolean => {
    const given = Buffer.from(signature)
    const right = Buffer.from(sign(signed, by))
    return given.length === right.length && timingSafeEqual(given, right)
  }
  return {
    issue(guid: Guid): string {
      const iat = Math.floor(clock.now() / 1000)
      const claims = { aud: audience, sub: guid, iat, exp: iat + lifetimeSeconds }
      const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
      return `${signed}.${sign(signed)}`
    },

    /** The capture session that a token opens; `undefined` when it is forged, foreign or has expired. */
    verify(token: string): Guid | undefined {
      if (token.length > mostCharacters) return undefined
      const [head, body, signature, ...more] = token.split('.')
      if (head !== header || !body || !signature || more.length > 0) return undefined
      if (!keys.some((by) => isSignature(signature, `${head}.${body}`, by))) return undefined
      const { aud, sub, exp } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<
        string,
        unknown
      >
      if (aud !== audience || typeof exp !== 'number' || typeof sub !== 'string') return undefined
      return exp * 1000 > clock.now() ? parseGuid(sub) : undefined
    },
  }
}
