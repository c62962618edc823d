import { hash } from 'node:crypto'
import type { Guid } from '../../base/guid.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import { spaceSeparated } from '../space-separated.ts'
import type { OpenRevocations } from '../tokens/revocations.ts'
import type { RevokeGrants } from '../tokens/revoke-grants.ts'
import {
  cameBeside,
  createUsesAtOnce,
  type OneRequest,
  type Use,
  type UsesAtOnce,
} from '../tokens/uses-at-once.ts'
import { prepareHoldUser, stillStands } from '../users/hold-user.ts'

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
  /** The request that it comes with; one by itself when this is not given. */
  readonly request?: OneRequest
  /** Is told whom the code speaks for before it is used up; what it throws leaves the code as it was. */
  readonly admit?: (userId: Guid) => void
}

/** Authorization codes: good for 60 seconds, once (RFC 6749 §4.1.2). */
export interface AuthorizationCodes {
  /** Makes a code, durable before it is answered. One of a sign-in that ends at this moment is good for nothing. */
  issue(order: CodeOrder): Promise<string>
  /**
   * @throws {OAuthError} `invalid_grant` when the code is unknown, expired, another client's, or was issued for another
   *   redirect URI, verifier or key, all of which changes nothing; when it is being used by another request at this
   *   moment; or was used before, which revokes all that came of it.
   */
  redeem(redemption: Redemption): Promise<RedeemedCode>
}

const codeLifetimeMilliseconds = 60_000
const codeBytes = 32

/**
 * Codes of 256 random bits, of which the SHA-256 is kept.
 *
 * A use is the code with all that it was issued for: its client, redirect URI, verifier and key. What lacks one of them
 * changes nothing, neither the code nor what came of it. It would let whoever has seen a code end somebody else's
 * sign-in, while the code alone is worth nothing to them: a verifier has 256 bits, and a client its secret. For the same
 * reason only such a use sets off the revocation that a second one demands (RFC 6749 §4.1.2): two who can prove all of
 * it are one too many, and which of them is the thief is not known.
 *
 * Of uses at once one gets the tokens, and the others revoke nothing ({@link UsesAtOnce}). When the process dies between
 * the use and the answer, the code is used up, what may have come of it is in nobody's hands, and the person signs in
 * again; the client's next try with the code revokes it.
 */
export function createAuthorizationCodes({
  store,
  clock,
  random,
  newGuid,
  log,
  revocations,
  revokeGrants,
  revocationLifetimeMilliseconds,
  grantLifetimeSeconds,
  uses = createUsesAtOnce(),
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid' | 'log'> & {
  readonly revocations: OpenRevocations
  readonly revokeGrants: RevokeGrants
  /** How long access tokens of a code may live. */
  readonly revocationLifetimeMilliseconds: number
  /** How long refresh tokens of a code may live. */
  readonly grantLifetimeSeconds: number
  readonly uses?: UsesAtOnce
}): AuthorizationCodes {
  const { insert, bySha256, lock, use } = prepareStatements(store)
  const holdUser = prepareHoldUser(store)

  /** Until when a second use has something to revoke. */
  const knownUntil = (scope: string): number =>
    clock.now() +
    (spaceSeparated(scope).includes('offline_access') ? grantLifetimeSeconds * 1000 : 0) +
    revocationLifetimeMilliseconds

  /** The use is one conditional update, so that it is one at all nodes together. */
  async function take(sha256: Buffer, { scope }: CodeOrder): Promise<Use> {
    const node = { now: clock.now(), used_by: store.nodeId }
    const changes = { sha256, known_until: knownUntil(scope), ...node }
    const taken = await revocations.write(async (transaction, revoke) => {
      if ((await use.run(transaction, changes)) === 1) return 'first'
      const row = await lock.first(transaction, { sha256 })
      if (row === undefined || row.used_at === null) return 'gone'
      if (cameBeside(row, { store, clock })) return 'at once'
      await revokeGrants.within(transaction, revoke, row.grant_id)
      return 'again'
    })
    if (taken === 'gone') throw unusable()
    return taken
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
        expires_at: clock.now() + codeLifetimeMilliseconds,
      }
      await store.write(async (transaction) => {
        const tokensValidFrom = await holdUser(transaction, order.userId)
        if (stillStands(tokensValidFrom, order.authenticatedAt)) await insert.run(transaction, row)
      })
      return code
    },
    async redeem(redemption) {
      const {
        code,
        client,
        request = { arrival: uses.arrive(redemption.code), onAnswered: (done) => done() },
      } = redemption
      const sha256 = sha256Of(code)
      const row = await bySha256.first(store.reader, { sha256 })
      if (row === undefined || row.client_id !== client.id) throw unusable()
      const redeemed = asRedeemed(row)
      refuseForeign(redeemed, redemption)
      redemption.admit?.(redeemed.userId)
      const outcome = await uses.use(code, request, () => take(sha256, redeemed))
      if (outcome === 'first') return redeemed
      const entry = { clientId: client.id }
      if (outcome === 'at once') log.info(entry, 'an authorization code was sent several times at once')
      else
        log.warn(
          entry,
          'an authorization code was used twice (possible theft); all tokens of its grant were revoked',
        )
      throw unusable()
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
    throw refused('redirect_uri does not match the one that the code was issued for')
  }
  if (issued.codeChallenge === null) {
    if (client.clientType === 'public') throw refused('A public client must send a code_challenge (RFC 7636)')
    if (codeVerifier !== undefined)
      throw refused('A code_verifier was sent, but the authorization request had no code_challenge')
  } else if (!isVerified(issued.codeChallenge, codeVerifier)) {
    throw refused('code_verifier does not match the code_challenge')
  }
  if (issued.keyThumbprint !== null && issued.keyThumbprint !== keyThumbprint) {
    throw refused('The code is bound to a different key')
  }
}

const verifierPattern = /^[A-Za-z0-9\-._~]{43,128}$/

/** S256 (RFC 7636 §4.2, §4.6). */
function isVerified(challenge: string, verifier: string | undefined): boolean {
  if (verifier === undefined || !verifierPattern.test(verifier)) return false
  return isSameDigest(hash('sha256', verifier, 'base64url'), challenge)
}

const refused = (description: string) => new OAuthError('invalid_grant', { description })

const unusable = () => refused('The code is unknown, has expired or was already used')

const sha256Of = (code: string): Buffer => hash('sha256', code, 'buffer')

interface CodeRow {
  readonly sha256: Uint8Array
  readonly grant_id: Guid
  readonly client_id: Guid
  readonly user_id: Guid
  readonly sign_in_id: Guid
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
  grantId: row.grant_id,
  clientId: row.client_id,
  userId: row.user_id,
  signInId: row.sign_in_id,
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
    lock: store.prepare((db, p: { sha256: Uint8Array }) =>
      db
        .selectFrom('authorization_code')
        .select(['grant_id', 'used_at', 'used_by'])
        .where('sha256', '=', p.sha256)
        .forUpdate(),
    ),
    use: store.prepare((db, p: { sha256: Uint8Array; now: number; known_until: number; used_by: NodeId }) =>
      db
        .updateTable('authorization_code')
        .set({ used_at: p.now, used_by: p.used_by, expires_at: p.known_until })
        .where('sha256', '=', p.sha256)
        .where('used_at', 'is', null)
        .where('expires_at', '>', p.now),
    ),
  }
}
