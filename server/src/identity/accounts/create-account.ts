import type { StoreParts } from '../../store/parts.ts'
import type { Account } from './find-account.ts'

/** An account that is to be made. */
export interface NewAccount extends Omit<Account, 'id'> {
  /** Its number; without, the one after the highest there is. */
  readonly id?: number
}

/**
 * Makes an account.
 *
 * @throws {UniqueViolation} when there is one of this name, or of this number.
 */
export function prepareCreateAccount({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const highestId = store.prepare((db, _: object) =>
    db.selectFrom('account').select('id').orderBy('id', 'desc').limit(1),
  )
  const insert = store.prepare((db, p: { id: number; name: string; production: 0 | 1; created_at: number }) =>
    db
      .insertInto('account')
      .values({ id: p.id, name: p.name, production: p.production, created_at: p.created_at }),
  )
  return ({ name, production, id: wanted }: NewAccount): Promise<Account> =>
    store.write(async (tx) => {
      const id = wanted ?? ((await highestId.first(tx, {}))?.id ?? 0) + 1
      await insert.run(tx, { id, name, production: production ? 1 : 0, created_at: clock.now() })
      return { id, name, production }
    })
}
