import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Guid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import type { Region } from '../../base/region.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import { createSecretCookie } from './secret-cookie.ts'

/** What a form is for. Its token is good for nothing else. */
export type FormPurpose = 'sign-in' | `consent ${string}` | `sign-out ${string}`

/** To allow this client this scope, in this sign-in. */
export const consentPurpose = (signInId: Guid, clientId: Guid, scope: string): FormPurpose =>
  `consent ${signInId} ${clientId} ${scope}`

/** To end this sign-in. */
export const signOutPurpose = (signInId: Guid): FormPurpose => `sign-out ${signInId}`

/** The guard against forms that another site has a browser send (RFC 6749 §10.12), signing in included. */
export interface FormTokens {
  /** A token for a form of the page that is answered. */
  issue(request: FastifyRequest, reply: FastifyReply, purpose: FormPurpose): string
  /** Whether the form is one of ours, made for this browser and purpose within the last hour. */
  accepts(request: FastifyRequest, token: string | undefined, purpose: FormPurpose): boolean
}

const formLifetimeMilliseconds = 3_600_000

/**
 * A token holds when it was made and for which browser, sealed, so that nobody else makes one and no node has
 * to remember it. The browser is known by a cookie of its own, kept from one form to the next so that two tabs do
 * not disturb one another. With `SameSite=Strict` it would not come with the link that leads here from a client,
 * and each tab would be given another; with a form of another site neither kind comes.
 */
export function createFormTokens({
  region,
  clock,
  random,
  sealer,
}: Pick<Parts, 'region' | 'clock' | 'random' | 'sealer'>): FormTokens {
  const cookie = createSecretCookie('tonegate-form', { region, random })
  const sealed = (purpose: FormPurpose) => `form: ${purpose}`

  function open(token: string, purpose: FormPurpose): Buffer | undefined {
    try {
      return sealer.open(sealed(purpose), Buffer.from(token, 'base64url'))
    } catch {
      return undefined
    }
  }

  return {
    issue(request, reply, purpose) {
      const browser = cookie.read(request) ?? cookie.renew(reply)
      const madeAt = Buffer.alloc(8)
      madeAt.writeBigUInt64BE(BigInt(clock.now()))
      return sealer
        .seal(sealed(purpose), Buffer.concat([madeAt, hash('sha256', browser, 'buffer')]))
        .toString('base64url')
    },
    accepts(request, token, purpose) {
      const browser = cookie.read(request)
      if (browser === undefined || token === undefined || !comesFromOurPages(request, region)) return false
      const opened = open(token, purpose)
      if (opened === undefined) return false
      const age = clock.now() - Number(opened.readBigUInt64BE())
      return (
        age < formLifetimeMilliseconds && isSameDigest(opened.subarray(8), hash('sha256', browser, 'buffer'))
      )
    },
  }
}

/**
 * What the browser says of the page that the form was on (Fetch Metadata; RFC 6454 §7). Our pages refer to
 * nothing, and the origin that such a page names is `null`; an old browser says nothing at all.
 */
function comesFromOurPages({ headers, host }: FastifyRequest, { issuer }: Region): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  if (origin === undefined || origin === 'null') return true
  return origin === new URL(issuer).origin || URL.parse(origin)?.host === host
}
