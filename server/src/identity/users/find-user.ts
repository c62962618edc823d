import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** What a person may do: take calls, see their team's work, or run the account. */
export type Licence = 'agent' | 'supervisor' | 'administrator'

/** A person, without the password. */
export interface User {
  readonly id: Guid
  readonly accountId: number
  readonly username: string
  readonly displayName: string
  readonly agentId: string | null
  readonly licence: Licence
  readonly disabled: boolean
}

/** Finds a user by the username, in either case, disabled or not. */
export function prepareFindUser(store: Store) {
  const find = store.prepare((db, p: { username: string }) =>
    db
      .selectFrom('user')
      .select(['id', 'account_id', 'username', 'display_name', 'agent_id', 'licence', 'disabled_at'])
      .where('username', '=', p.username),
  )
  return async (username: string): Promise<User | undefined> => {
    const row = await find.first(store.reader, { username: canonicalUsername(username) })
    return (
      row && {
        id: row.id,
        accountId: row.account_id,
        username: row.username,
        displayName: row.display_name,
        agentId: row.agent_id,
        licence: row.licence,
        disabled: row.disabled_at !== null,
      }
    )
  }
}

/** Of a username, in UTF-16 units. */
export const maxUsernameCharacters = 256

/** The one spelling of a username that is kept and looked for. */
export const canonicalUsername = (username: string): string => username.normalize('NFKC').toLowerCase()
