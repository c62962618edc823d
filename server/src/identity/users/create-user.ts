import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { canonicalUsername, type Licence, maxUsernameCharacters } from './find-user.ts'
import { type Derive, hashPassword } from './hash-password.ts'

/** A person as an administrator enters them. */
export interface NewUser {
  readonly accountId: number
  /** Unique in the region, in either case. */
  readonly username: string
  /** What they are called on pages and in ID tokens; the username when it is not given. */
  readonly displayName?: string
  readonly password: string
  /** Null for a person who takes no calls. */
  readonly agentId: string | null
  readonly licence: Licence
}

/**
 * Makes a user. Of the password only its Argon2id hash is kept.
 *
 * @throws {UniqueViolation} when there is one of this username.
 * @throws {TypeError} when the username is too long to sign in with.
 */
export function prepareCreateUser({
  store,
  clock,
  random,
  newGuid,
  derive,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid'> & { readonly derive?: Derive | undefined }) {
  interface UserRow {
    readonly id: Guid
    readonly account_id: number
    readonly username: string
    readonly display_name: string
    readonly password_hash: string
    readonly agent_id: string | null
    readonly licence: Licence
    readonly created_at: number
  }
  const insert = store.prepare((db, p: UserRow) =>
    db.insertInto('user').values({
      id: p.id,
      account_id: p.account_id,
      username: p.username,
      display_name: p.display_name,
      password_hash: p.password_hash,
      agent_id: p.agent_id,
      licence: p.licence,
      created_at: p.created_at,
      disabled_at: null,
      tokens_valid_from: 0,
    }),
  )
  const record = prepareRecord({ store, clock })
  return async (order: NewUser): Promise<{ id: Guid }> => {
    const { accountId, username, displayName, password, agentId, licence } = order
    if (Math.max(username.length, canonicalUsername(username).length) > maxUsernameCharacters) {
      throw new TypeError(`The username is too long. The limit is ${maxUsernameCharacters} characters.`)
    }
    const id = newGuid()
    const row = {
      id,
      account_id: accountId,
      username: canonicalUsername(username),
      display_name: displayName ?? username,
      password_hash: await hashPassword(password, random, derive),
      agent_id: agentId,
      licence,
      created_at: clock.now(),
    }
    await store.write(async (tx) => {
      await insert.run(tx, row)
      const target = { kind: 'user', id, name: row.username }
      await record(tx, { action: 'user.create', target, account: accountId, details: { licence, agentId } })
    })
    return { id }
  }
}
