import type { Store } from '../../store/store.ts'
import { type ClientSummary, summaryOf } from './find-client.ts'

/** Lists an account's clients, or those of all accounts, by account and name; disabled ones too. */
export function prepareListClients(store: Store) {
  const all = store.prepare((db, _: object) =>
    db.selectFrom('client').selectAll().orderBy('account_id').orderBy('name'),
  )
  const ofAccount = store.prepare((db, p: { account_id: number }) =>
    db.selectFrom('client').selectAll().where('account_id', '=', p.account_id).orderBy('name'),
  )
  return async (accountId?: number): Promise<readonly ClientSummary[]> => {
    const rows =
      accountId === undefined
        ? await all.all(store.reader, {})
        : await ofAccount.all(store.reader, { account_id: accountId })
    return rows.map(summaryOf)
  }
}
