import type { Store } from '../../store/store.ts'
import type { User } from './find-user.ts'

/** Lists an account's people, or those of all accounts, by account and username; disabled ones too. */
export function prepareListUsers(store: Store) {
  const columns = [
    'id',
    'account_id',
    'username',
    'display_name',
    'agent_id',
    'licence',
    'disabled_at',
  ] as const
  const all = store.prepare((db, _: object) =>
    db.selectFrom('user').select(columns).orderBy('account_id').orderBy('username'),
  )
  const ofAccount = store.prepare((db, p: { account_id: number }) =>
    db.selectFrom('user').select(columns).where('account_id', '=', p.account_id).orderBy('username'),
  )
  return async (accountId?: number): Promise<readonly User[]> => {
    const rows =
      accountId === undefined
        ? await all.all(store.reader, {})
        : await ofAccount.all(store.reader, { account_id: accountId })
    return rows.map((row) => ({
      id: row.id,
      accountId: row.account_id,
      username: row.username,
      displayName: row.display_name,
      agentId: row.agent_id,
      licence: row.licence,
      disabled: row.disabled_at !== null,
    }))
  }
}
