import { hash } from 'node:crypto'
import type { Guid } from '../../base/guid.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Client } from '../clients/known-clients.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import { type HoldUser, prepareHoldUser, stillStands } from '../users/hold-user.ts'
import {
  type KnownRefreshToken,
  prepareRefreshTokenRows,
  type RefreshTokenRows,
  type Replacement,
} from './refresh-token-rows.ts'
import type { OpenRevocations } from './revocations.ts'
import type { RevokeGrants } from './revoke-grants.ts'
import { cameBeside, type OneRequest, type Use as UseOutcome, type UsesAtOnce } from './uses-at-once.ts'

/** What a refresh token stands for. */
export interface RefreshGrant {
  /** Names all tokens that come of it. */
  readonly grantId: Guid
  readonly clientId: Guid
  readonly userId: Guid
  /** Of the browser session; null when it came of the password grant. */
  readonly signInId: Guid | null
  /** Space-separated; stays the same over all uses. */
  readonly scope: string
  /** When the person proved who they are, in milliseconds since the epoch. */
  readonly authenticatedAt: number
  /** Of the key that it is bound to by DPoP: for a public client alone (RFC 9449 §5). */
  readonly keyThumbprint: string | null
}

/** A refresh token as it was found. */
export interface FoundRefreshToken extends RefreshGrant {
  /** `used` when another one of its grant has taken its place; `used beside` when another node did that at this moment. */
  readonly state: 'live' | 'used' | 'used beside' | 'expired'
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly grantExpiresAt: number
}

/** Refresh tokens: each good once, for another of its kind (RFC 9700 §4.14.2). */
export interface RefreshTokens {
  /**
   * Makes the first one of a grant, durable before it is answered.
   *
   * @throws {OAuthError} `invalid_grant` when the grant was revoked meanwhile, or the person's tokens were ended.
   */
  issue(grant: RefreshGrant): Promise<string>
  /** Looks a token up and changes nothing; `undefined` when there is none, or its grant was revoked. */
  find(token: string): Promise<FoundRefreshToken | undefined>
  /**
   * Finds the token that a client may exchange.
   *
   * @throws {OAuthError} `invalid_grant` when it is unknown, expired, another client's or bound to another key; when
   *   another request is using it at this moment; or was used before, which revokes its grant.
   */
  present(presented: PresentedRefreshToken): Promise<FoundRefreshToken>
  /**
   * Puts another token in the place of one that has been presented: one conditional update, so that of any number
   * of uses at once one succeeds. When the process dies before the client has the answer, or the answer is lost,
   * the client has a used token: its next try revokes the grant, and the person has to sign in again. That is the
   * price of knowing a thief's use from the owner's (RFC 9700 §4.14.2). The others of those that came at once revoke
   * nothing ({@link UsesAtOnce}): a person with two windows is no thief.
   *
   * @throws {OAuthError} `invalid_grant` when another request is using it at this moment, or it was used meanwhile,
   *   which revokes the grant.
   */
  rotate(token: string, found: FoundRefreshToken, request: OneRequest): Promise<string>
  revokeGrant(grantId: Guid): Promise<void>
  /** Revokes all that came of a browser session: refresh tokens, access tokens, codes. */
  revokeOfSignIn(signInId: Guid): Promise<void>
}

interface PresentedRefreshToken {
  readonly token: string
  readonly client: Client
  readonly keyThumbprint: string | null
  readonly request: OneRequest
}

/** How long refresh tokens live. */
export interface RefreshTokenLifetimes {
  /** From each use to the next. */
  readonly refreshTokenLifetimeSeconds: number
  /** From the sign-in, whatever the uses. */
  readonly grantLifetimeSeconds: number
}

const familyBytes = 16
const secretBytes = 32

/**
 * A token has two parts: 128 random bits that name its grant and stay, and 256 that every use changes. The store
 * keeps the SHA-256 of each. So a grant takes one row however often it is used, and any used token of it, however
 * old, is known for one. Of the last one that was used the row says when, and at which node.
 */
export function createRefreshTokens(parts: RefreshTokenParts): RefreshTokens {
  const { store } = parts
  const context = { ...parts, rows: prepareRefreshTokenRows(store), holdUser: prepareHoldUser(store) }
  return {
    issue: (grant) => issue(context, grant),
    find: (token) => find(context, token),
    present: (presented) => present(context, presented),
    rotate: (token, found, request) => rotate(context, { token, found, request }),
    revokeGrant: parts.revokeGrants.one,
    revokeOfSignIn: parts.revokeGrants.ofSignIn,
  }
}

interface RefreshTokenParts
  extends RefreshTokenLifetimes,
    Pick<StoreParts, 'store' | 'clock' | 'random' | 'log'> {
  readonly revocations: OpenRevocations
  readonly revokeGrants: RevokeGrants
  readonly uses: UsesAtOnce
}

interface Context extends RefreshTokenParts {
  readonly rows: RefreshTokenRows
  readonly holdUser: HoldUser
}

async function issue(context: Context, grant: RefreshGrant): Promise<string> {
  const { store, clock, random, rows, holdUser, grantLifetimeSeconds } = context
  const family = random(familyBytes)
  const secret = random(secretBytes)
  const grantExpiresAt = clock.now() + grantLifetimeSeconds * 1000
  const row = {
    sha256: sha256(family),
    secret_sha256: sha256(secret),
    grant_id: grant.grantId,
    client_id: grant.clientId,
    user_id: grant.userId,
    sign_in_id: grant.signInId,
    scope: grant.scope,
    authenticated_at: grant.authenticatedAt,
    key_thumbprint: grant.keyThumbprint,
    expires_at: expiryOf(context, grantExpiresAt),
    grant_expires_at: grantExpiresAt,
  }
  await store.write(async (transaction) => {
    const tokensValidFrom = await holdUser(transaction, grant.userId)
    if (!stillStands(tokensValidFrom, grant.authenticatedAt)) throw new OAuthError('invalid_grant')
    const held = await rows.holdCode.run(transaction, { grant_id: grant.grantId })
    if (held === 0 && grant.signInId !== null) throw new OAuthError('invalid_grant')
    const revoked = await rows.revocationOf.first(transaction, { id: grant.grantId })
    if (revoked !== undefined) throw new OAuthError('invalid_grant')
    await rows.insert.run(transaction, row)
  })
  return tokenOf(family, secret)
}

async function find(context: Context, token: string): Promise<FoundRefreshToken | undefined> {
  const { store, rows } = context
  const parts = digestsOf(token)
  if (parts === undefined) return undefined
  const row = await rows.byFamily.first(store.reader, { sha256: parts.family })
  if (row === undefined) return undefined
  return {
    grantId: row.grant_id,
    clientId: row.client_id,
    userId: row.user_id,
    signInId: row.sign_in_id,
    scope: row.scope,
    authenticatedAt: row.authenticated_at,
    keyThumbprint: row.key_thumbprint,
    state: stateOf(context, parts.secret, row),
    expiresAt: row.expires_at,
    grantExpiresAt: row.grant_expires_at,
  }
}

/** Of the tokens that were used, one alone may have come beside another: the last one. */
function stateOf(context: Context, secret: Uint8Array, row: KnownRefreshToken): FoundRefreshToken['state'] {
  if (isSameDigest(secret, row.secret_sha256)) {
    return row.expires_at <= context.clock.now() ? 'expired' : 'live'
  }
  const wasLast = row.used_secret_sha256 !== null && isSameDigest(secret, row.used_secret_sha256)
  return wasLast && cameBeside(row, context) ? 'used beside' : 'used'
}

async function present(
  context: Context,
  { token, client, keyThumbprint, request }: PresentedRefreshToken,
): Promise<FoundRefreshToken> {
  const found = await find(context, token)
  if (found === undefined || found.clientId !== client.id || found.state === 'expired') {
    throw invalidToken()
  }
  if (found.keyThumbprint !== null && found.keyThumbprint !== keyThumbprint) {
    throw new OAuthError('invalid_grant', {
      description: 'The refresh token is bound to a different key',
    })
  }
  if (found.state !== 'live') {
    const take = async (): Promise<UseOutcome> => {
      if (found.state === 'used beside') return 'at once'
      await context.revokeGrants.one(found.grantId)
      return 'again'
    }
    await useOnce(context, { token, found, request, take })
  }
  return found
}

async function rotate(context: Context, { token, found, request }: Omit<Use, 'take'>): Promise<string> {
  const { clock, random } = context
  const parts = digestsOf(token)
  if (parts === undefined) throw invalidToken()
  const secret = random(secretBytes)
  const changes = {
    sha256: parts.family,
    used: parts.secret,
    secret_sha256: sha256(secret),
    now: clock.now(),
    used_by: context.store.nodeId,
    expires_at: expiryOf(context, found.grantExpiresAt),
  }
  await useOnce(context, { token, found, request, take: () => replace(context, changes) })
  return tokenOf(parts.familyBytes, secret)
}

async function replace(context: Context, changes: Replacement): Promise<UseOutcome> {
  const { revocations, revokeGrants, rows } = context
  const outcome = await revocations.write(async (transaction, revoke) => {
    if ((await rows.replaceSecret.run(transaction, changes)) === 1) return 'first'
    const row = await rows.byFamily.first(transaction, { sha256: changes.sha256 })
    const state = row && stateOf(context, changes.used, row)
    if (row === undefined || state === 'live' || state === 'expired') return 'gone'
    if (state === 'used beside') return 'at once'
    await revokeGrants.within(transaction, revoke, row.grant_id)
    return 'again'
  })
  if (outcome === 'gone') throw invalidToken()
  return outcome
}

interface Use {
  readonly token: string
  readonly found: FoundRefreshToken
  readonly request: OneRequest
  readonly take: () => Promise<UseOutcome>
}

/** Refuses what is not its first use; of others the store is told by `take`. */
async function useOnce(
  { uses, log }: Context,
  { token, found: { clientId, userId, grantId }, request, take }: Use,
): Promise<void> {
  const outcome = await uses.use(token, request, take)
  if (outcome === 'first') return
  const entry = { clientId, userId, grantId }
  if (outcome === 'at once') log.info(entry, 'a refresh token was sent several times at once')
  else
    log.warn(entry, 'a refresh token was used twice (possible theft); all tokens of its grant were revoked')
  throw invalidToken()
}

const expiryOf = ({ clock, refreshTokenLifetimeSeconds }: Context, grantExpiresAt: number): number =>
  Math.min(clock.now() + refreshTokenLifetimeSeconds * 1000, grantExpiresAt)

const tokenPattern = /^[A-Za-z0-9_-]{64}$/

const tokenOf = (family: Buffer, secret: Buffer): string =>
  Buffer.concat([family, secret]).toString('base64url')

function digestsOf(token: string) {
  if (!tokenPattern.test(token)) return undefined
  const bytes = Buffer.from(token, 'base64url')
  const family = bytes.subarray(0, familyBytes)
  return { familyBytes: family, family: sha256(family), secret: sha256(bytes.subarray(familyBytes)) }
}

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')

const invalidToken = () =>
  new OAuthError('invalid_grant', {
    description: 'The refresh token is unknown, has expired or was already used',
  })
