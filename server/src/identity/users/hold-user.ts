import type { Guid } from '../../base/guid.ts'
import type { Connection, Store } from '../../store/store.ts'

/** When a person's tokens were ended last, read in a transaction before whose end nobody ends them. */
export type HoldUser = (transaction: Connection, id: Guid) => Promise<number | undefined>

/**
 * Whoever gives somebody something for their password, or for what it has opened, holds the person first; so does whoever
 * sets a password, or disables them (`end-grants.ts`). So one of the two comes after the other: what was given is ended, or
 * not given.
 */
export function prepareHoldUser(store: Store): HoldUser {
  const hold = store.prepare((db, p: { id: Guid }) =>
    db.selectFrom('user').select('tokens_valid_from').where('id', '=', p.id).forShare(),
  )
  return async (transaction, id) => (await hold.first(transaction, { id }))?.tokens_valid_from
}

/** Whether what a person proved at a time, in milliseconds since the epoch, still stands. */
export const stillStands = (tokensValidFrom: number | undefined, provedAt: number): boolean =>
  tokensValidFrom !== undefined && provedAt > tokensValidFrom
