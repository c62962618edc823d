import { hash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Guid, NewGuid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { Store } from '../../store/store.ts'
import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../oauth-error.ts'
import type { OpenRevocations } from '../tokens/revocations.ts'
import type { RevokeGrants } from '../tokens/revoke-grants.ts'
import { words } from '../words.ts'

/** What a code stands for, from the authorization request until the client comes for its tokens. */
export interface CodeOrder {
  readonly clientId: Guid
  readonly userId: Guid
  /** Of the browser session that the person signed in with. */
  readonly signInId: Guid
  readonly redirectUri: string
  /** False: the request left it out, because the client has but one. */
  readonly redirectUriSent: boolean
  readonly scope: string
  /** S256 (RFC 7636 §4.2); null when none was sent. */
  readonly codeChallenge: string | null
  readonly nonce: string | null
  /** When the person proved who they are, in milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** `dpop_jkt` (RFC 9449 §10). */
  readonly keyThumbprint: string | null
}

/** A code that has been redeemed. */
export interface RedeemedCode extends CodeOrder {
  /** Names all tokens that come of it. */
  readonly grantId: Guid
}

/** How a client asks for what its code stands for. */
export interface Redemption {
  readonly code: string
  readonly client: Client
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
  readonly keyThumbprint: string | null
}

/** Authorization codes: good for 60 seconds, once (RFC 6749 §4.1.2). */
export interface AuthorizationCodes {
  /** Makes a code, durable before it is answered. */
  issue(order: CodeOrder): Promise<string>
  /**
   * @throws {OAuthError} `invalid_grant` when the code is unknown, expired, another client's, was used before (which
   *   revokes all that came of it), or was issued for another redirect URI, verifier or key.
   */
  redeem(redemption: Redemption): Promise<RedeemedCode>
}

const lifetimeMilliseconds = 60_000
const codeBytes = 32

/**
 * Codes of 256 random bits, of which the SHA-256 is kept.
 *
 * Whoever presents a code as the client that it was issued to uses it up, whatever else is wrong with the request:
 * there is one guess at a verifier, and a code that was injected into somebody else's session is good no more. What
 * another client presents changes nothing, neither the code nor what came of it: it would let any client end the
 * sessions of another, while the code alone is worth nothing to it. For the same reason only the code's own client
 * sets off the revocation that a second use demands. Of a public client, which cannot prove who it is, that means
 * whoever holds the code; a code that has been seen by others is better lost.
 *
 * When the process dies between the use and the answer, the code is used up and the person signs in again.
 */
export function createAuthorizationCodes({
  store,
  clock,
  random,
  newGuid,
  log,
  revocations,
  revokeGrants,
  revokedMilliseconds,
  grantLifetimeSeconds,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly random: Random
  readonly newGuid: NewGuid
  readonly log: Log
  readonly revocations: OpenRevocations
  readonly revokeGrants: RevokeGrants
  /** How long access tokens of a code may live. */
  readonly revokedMilliseconds: number
  /** How long refresh tokens of a code may live. */
  readonly grantLifetimeSeconds: number
}): AuthorizationCodes {
  const { insert, bySha256, use } = prepareStatements(store)

  /** Until when a second use has something to revoke. */
  const knownUntil = (scope: string): number =>
    clock.now() +
    (words(scope).includes('offline_access') ? grantLifetimeSeconds * 1000 : 0) +
    revokedMilliseconds

  /** The code's row when this is its first use. The use is one conditional update: of two at once one wins. */
  async function takeOnce(sha256: Buffer, clientId: Guid): Promise<CodeRow | 'unknown' | 'used twice'> {
    const known = await bySha256.first(store.reader, { sha256 })
    if (known === undefined || known.client_id !== clientId) return 'unknown'
    const now = clock.now()
    return revocations.write(async (transaction, revoke) => {
      const changes = { sha256, now, known_until: knownUntil(known.scope) }
      if ((await use.run(transaction, changes)) === 1) return known
      const row = await bySha256.first(transaction, { sha256 })
      if (row === undefined || row.used_at === null) return 'unknown'
      await revokeGrants.within(transaction, revoke, row.grant_id)
      return 'used twice'
    })
  }

  return {
    async issue(order) {
      const code = random(codeBytes).toString('base64url')
      const row: CodeRow = {
        sha256: sha256Of(code),
        grant_id: newGuid(),
        client_id: order.clientId,
        user_id: order.userId,
        sign_in_id: order.signInId,
        redirect_uri: order.redirectUri,
        redirect_uri_sent: order.redirectUriSent ? 1 : 0,
        scope: order.scope,
        code_challenge: order.codeChallenge,
        nonce: order.nonce,
        authenticated_at: order.authenticatedAt,
        key_thumbprint: order.keyThumbprint,
        expires_at: clock.now() + lifetimeMilliseconds,
      }
      await store.write((transaction) => insert.run(transaction, row))
      return code
    },
    async redeem(redemption) {
      const { code, client } = redemption
      const taken = await takeOnce(sha256Of(code), client.id)
      if (taken === 'used twice') {
        log.warn(
          { clientId: client.id },
          'an authorization code was used twice; all that came of it is revoked',
        )
      }
      if (typeof taken === 'string') throw refused('The code is unknown, expired or was used before')
      const redeemed = asRedeemed(taken)
      refuseForeign(redeemed, redemption)
      return redeemed
    },
  }
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §2.1.1 and §4.8.2, RFC 9449 §10. */
function refuseForeign(
  issued: RedeemedCode,
  { client, redirectUri, codeVerifier, keyThumbprint }: Redemption,
): void {
  const mayLeaveOut = redirectUri === undefined && !issued.redirectUriSent
  if (!mayLeaveOut && redirectUri !== issued.redirectUri) {
    throw refused('redirect_uri is not the one that the code was issued for')
  }
  if (issued.codeChallenge === null) {
    if (client.clientType === 'public') throw refused('A public client sends a code_challenge (RFC 7636)')
    if (codeVerifier !== undefined) throw refused('There is a code_verifier, but there was no code_challenge')
  } else if (!isVerified(issued.codeChallenge, codeVerifier)) {
    throw refused('code_verifier does not fit the code_challenge')
  }
  if (issued.keyThumbprint !== null && issued.keyThumbprint !== keyThumbprint) {
    throw refused('The code is bound to another key')
  }
}

const verifierPattern = /^[A-Za-z0-9\-._~]{43,128}$/

/** S256 (RFC 7636 §4.2, §4.6). */
function isVerified(challenge: string, verifier: string | undefined): boolean {
  if (verifier === undefined || !verifierPattern.test(verifier)) return false
  const expected = Buffer.from(challenge)
  const presented = Buffer.from(hash('sha256', verifier, 'base64url'))
  return expected.length === presented.length && timingSafeEqual(expected, presented)
}

const refused = (description: string) => new OAuthError('invalid_grant', { description })

const sha256Of = (code: string): Buffer => hash('sha256', code, 'buffer')

interface CodeRow {
  readonly sha256: Uint8Array
  readonly grant_id: string
  readonly client_id: string
  readonly user_id: string
  readonly sign_in_id: string
  readonly redirect_uri: string
  readonly redirect_uri_sent: 0 | 1
  readonly scope: string
  readonly code_challenge: string | null
  readonly nonce: string | null
  readonly authenticated_at: number
  readonly key_thumbprint: string | null
  readonly expires_at: number
}

const asRedeemed = (row: CodeRow): RedeemedCode => ({
  grantId: row.grant_id as Guid,
  clientId: row.client_id as Guid,
  userId: row.user_id as Guid,
  signInId: row.sign_in_id as Guid,
  redirectUri: row.redirect_uri,
  redirectUriSent: row.redirect_uri_sent === 1,
  scope: row.scope,
  codeChallenge: row.code_challenge,
  nonce: row.nonce,
  authenticatedAt: row.authenticated_at,
  keyThumbprint: row.key_thumbprint,
})

function prepareStatements(store: Store) {
  return {
    insert: store.prepare((db, p: CodeRow) =>
      db.insertInto('authorization_code').values({
        sha256: p.sha256,
        grant_id: p.grant_id,
        client_id: p.client_id,
        user_id: p.user_id,
        sign_in_id: p.sign_in_id,
        redirect_uri: p.redirect_uri,
        redirect_uri_sent: p.redirect_uri_sent,
        scope: p.scope,
        code_challenge: p.code_challenge,
        nonce: p.nonce,
        authenticated_at: p.authenticated_at,
        key_thumbprint: p.key_thumbprint,
        expires_at: p.expires_at,
        used_at: null,
      }),
    ),
    bySha256: store.prepare((db, p: { sha256: Uint8Array }) =>
      db.selectFrom('authorization_code').selectAll().where('sha256', '=', p.sha256),
    ),
    use: store.prepare((db, p: { sha256: Uint8Array; now: number; known_until: number }) =>
      db
        .updateTable('authorization_code')
        .set({ used_at: p.now, expires_at: p.known_until })
        .where('sha256', '=', p.sha256)
        .where('used_at', 'is', null)
        .where('expires_at', '>', p.now),
    ),
  }
}
