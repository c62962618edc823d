import { prepareRecord } from '../../audit/record.ts'
import type { StoreParts } from '../../store/parts.ts'
import { UniqueViolation } from '../../store/store.ts'
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
      .values({ id: p.id, name: p.name, production: p.production, created_at: p.created_at })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  )
  const record = prepareRecord({ store, clock })
  return ({ name, production, id: wanted }: NewAccount): Promise<Account> =>
    store.write(async (tx) => {
      for (;;) {
        const id = wanted ?? ((await highestId.first(tx, {}))?.id ?? 0) + 1
        const row = {
          id,
          name,
          production: production ? (1 as const) : (0 as const),
          created_at: clock.now(),
        }
        if ((await insert.run(tx, row)) === 1) {
          const target = { kind: 'account', id: String(id), name }
          await record(tx, { action: 'account.create', target, account: id })
          return { id, name, production }
        }
        // Another node was faster, and the next number is another one by now.
        if (wanted !== undefined) throw new UniqueViolation(undefined)
      }
    })
}
