import type { Store } from '../../store/store.ts'
import type { Account } from './find-account.ts'

/** Lists a region's accounts, by their numbers. */
export function prepareListAccounts(store: Store) {
  const list = store.prepare((db, _: object) =>
    db.selectFrom('account').select(['id', 'name', 'production']).orderBy('id'),
  )
  return async (): Promise<readonly Account[]> => {
    const rows = await list.all(store.reader, {})
    return rows.map(({ id, name, production }) => ({ id, name, production: production === 1 }))
  }
}
