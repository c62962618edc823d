import { createNoteRefusals } from '../../audit/note-refusals.ts'
import type { Guid } from '../../base/guid.ts'
import { hasControlCharacters } from '../../base/text/line-breaks.ts'
import type { GuessAttempt } from '../../base/throttle/guess-attempt.ts'
import type { Throttle } from '../../base/throttle/throttle.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import { type CheckedPassword, checkPassword } from './check-password.ts'
import { canonicalUsername, maxUsernameCharacters } from './find-user.ts'
import { canonicalPassword, type Derive, hashPassword, type WaitsForHash } from './hash-password.ts'
import type { KnownUser } from './known-users.ts'
import { PasswordHashingBusy } from './password-hashing.ts'

/** A username and a password, as they were sent, and from where. */
export interface SignInAttempt {
  readonly username: string
  /** As it came: bytes of UTF-8, which are overwritten with the request. */
  readonly password: string | Uint8Array
  /** The IP address of the sender. */
  readonly address: string
  /** Of a browser with which this person has signed in before. */
  readonly knownBrowser?: string | undefined
  /** The id of the client that sends the password, once it has proved who it is. */
  readonly program?: string | undefined
}

/** What became of an attempt. A refusal does not say whether the username or the password was wrong. */
export type SignInOutcome =
  | { readonly outcome: 'authenticated'; readonly user: KnownUser }
  | { readonly outcome: 'refused' }
  /** Too many failures before it; the password was not looked at. */
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  /** Too many people sign in at this moment; the password was not looked at. */
  | { readonly outcome: 'busy'; readonly retryAfterSeconds: number }

/** Checks a person's password: for the sign-in page, and for the password grant. */
export type AuthenticateUser = (attempt: SignInAttempt) => Promise<SignInOutcome>

const maxPasswordBytes = 1024
const busyRetrySeconds = 2

/**
 * Makes the check of people's passwords. One hash is derived for each attempt that is looked at, be the username
 * unknown, the person disabled or the password wrong, and the outcome of all three is the same. What no username or
 * password can be, for its length or its characters, is refused without one, for every username alike: that costs nothing, and is counted
 * by its network and for no username.
 *
 * A password that was kept by other settings than today's is hashed anew once it has proved right, after the answer,
 * unless it was changed meanwhile.
 */
export function createUserAuthentication({
  store,
  clock,
  throttle,
  derive,
  random,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'log'> & {
  readonly throttle: Throttle
  readonly derive: Derive
}): AuthenticateUser {
  const find = prepareFindForSignIn(store)
  const rehash = prepareRehash({ store, derive, random, log })
  const note = createNoteRefusals({ store, clock, log })

  async function look(
    { username, password }: { readonly username: string; readonly password: string | Uint8Array },
    waits: WaitsForHash,
  ): Promise<KnownUser | undefined> {
    const found = await find(username)
    const checked = await checkPassword(password, found?.passwordHash, (each) => derive(each, waits))
    if (found === undefined || found.isDisabled || !isRight(checked)) {
      if (checked === 'unreadable')
        log.error({ userId: found?.user.id }, 'a stored password hash cannot be read')
      return undefined
    }
    if (checked === 'outdated') rehash(found, password)
    return found.user
  }

  /** Behind the answer, so that it takes no longer for who exists. A name that is nobody's may be somebody's password. */
  async function noteRefused(action: 'user.sign-in.refused' | 'user.sign-in.locked', name: string | null) {
    const user = name === null ? undefined : (await find(name))?.user
    const target = user ? inAudit(user) : { target: { kind: 'user', id: 'unknown' }, account: null }
    note({ action, ...target })
  }

  function refusedAs(action: 'user.sign-in.refused' | 'user.sign-in.locked', name: string | null): void {
    noteRefused(action, name).catch((error) =>
      log.warn({ err: error }, 'a refused sign-in could not be noted'),
    )
  }

  return async ({ username, password, address, knownBrowser: browser, program }) => {
    const name = isPossiblePassword(password) ? possibleUsername(username) : null
    const attempt = throttle.attempt(name, address, { browser, program })
    const wait = throttle.enter(attempt)
    if (wait !== undefined) {
      refusedAs('user.sign-in.locked', name)
      return { outcome: 'throttled', retryAfterSeconds: wait }
    }
    try {
      const user = name === null ? undefined : await look({ username: name, password }, waitsFor(attempt))
      if (user === undefined) {
        throttle.recordFailure(attempt)
        refusedAs('user.sign-in.refused', name)
        return { outcome: 'refused' }
      }
      throttle.recordSuccess(attempt)
      return { outcome: 'authenticated', user }
    } catch (error) {
      if (!(error instanceof PasswordHashingBusy)) throw error
      return { outcome: 'busy', retryAfterSeconds: busyRetrySeconds }
    } finally {
      throttle.leave(attempt)
    }
  }
}

const inAudit = ({ id, username, account }: KnownUser) => ({
  target: { kind: 'user', id, name: username },
  account: account.id,
})

/** Those who are known wait apart from all others, and each of them apart from the next. */
function waitsFor({ own, isKnown, named, network }: GuessAttempt): WaitsForHash {
  if (own !== null) return { lane: 'known', source: own }
  return isKnown && named !== null
    ? { lane: 'known', source: named.pair }
    : { lane: 'others', source: network }
}

function possibleUsername(username: string): string | null {
  if (username.length > maxUsernameCharacters) return null
  const canonical = canonicalUsername(username)
  if (canonical === '' || hasControlCharacters(canonical)) return null
  return canonical.length > maxUsernameCharacters ? null : canonical
}

const isPossiblePassword = (password: string | Uint8Array): boolean =>
  password.length > 0 && Buffer.byteLength(password) <= maxPasswordBytes

const isRight = (checked: CheckedPassword): boolean => checked === 'right' || checked === 'outdated'

/** A person who may sign in, and what only the check of the password needs. */
interface Found {
  readonly user: KnownUser
  readonly passwordHash: string
  readonly isDisabled: boolean
}

function prepareFindForSignIn(store: Store) {
  const statement = store.prepare((db, p: { username: string }) =>
    db
      .selectFrom('user')
      .innerJoin('account', 'account.id', 'user.account_id')
      .select([
        'user.id',
        'user.username',
        'user.display_name',
        'user.agent_id',
        'user.licence',
        'user.tokens_valid_from',
        'user.password_hash',
        'user.disabled_at',
        'account.id as account_id',
        'account.name as account_name',
        'account.production',
      ])
      .where('user.username', '=', p.username),
  )
  return async (username: string): Promise<Found | undefined> => {
    const row = await statement.first(store.reader, { username })
    if (row === undefined) return undefined
    const user = {
      id: row.id,
      account: { id: row.account_id, name: row.account_name, production: row.production === 1 },
      username: row.username,
      displayName: row.display_name,
      agentId: row.agent_id,
      licence: row.licence,
      tokensValidFrom: row.tokens_valid_from,
    }
    return { user, passwordHash: row.password_hash, isDisabled: row.disabled_at !== null }
  }
}

/** Nothing waits for it, and when it fails the next sign-in does it. */
function prepareRehash({
  store,
  derive,
  random,
  log,
}: Pick<StoreParts, 'store' | 'random' | 'log'> & { readonly derive: Derive }) {
  const replace = store.prepare((db, p: { id: Guid; before: string; after: string }) =>
    db
      .updateTable('user')
      .set({ password_hash: p.after })
      .where('id', '=', p.id)
      .where('password_hash', '=', p.before),
  )

  async function run({ user: { id }, passwordHash: before }: Found, password: Uint8Array): Promise<void> {
    const waits = { lane: 'others', source: 'password upgrade' } as const
    const after = await hashPassword(password, random, (each) => derive(each, waits))
    await store.write((tx) => replace.run(tx, { id, before, after }))
  }

  return (found: Found, sent: string | Uint8Array): void => {
    const password = canonicalPassword(sent)
    run(found, password)
      .catch((error: unknown) => {
        if (error instanceof PasswordHashingBusy) return
        log.warn({ err: error, userId: found.user.id }, 'a password hash could not be upgraded')
      })
      .finally(() => password.fill(0))
  }
}
