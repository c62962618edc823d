import type { Store } from '../../store/store.ts'

/** A contact centre's tenancy. */
export interface Account {
  readonly id: number
  readonly name: string
  /** Payments here are real, so that calls cannot be skipped. */
  readonly production: boolean
}

/** Finds an account by its name. */
export function prepareFindAccount(store: Store) {
  const find = store.prepare((db, p: { name: string }) =>
    db.selectFrom('account').select(['id', 'name', 'production']).where('name', '=', p.name),
  )
  return async (name: string): Promise<Account | undefined> => {
    const row = await find.first(store.reader, { name })
    return row && { id: row.id, name: row.name, production: row.production === 1 }
  }
}
