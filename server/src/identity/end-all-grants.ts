import type { StoreParts } from '../store/parts.ts'
import type { Connection } from '../store/store.ts'

/** So many at a time, in one transaction: no statement takes long, however many there are. */
const batchRows = 5_000

/** How much was ended. */
export interface EndedGrants {
  readonly signIns: number
  readonly refreshTokens: number
  readonly authorizationCodes: number
}

/**
 * Ends what was granted to every client and in every person's name, as `end-grants.ts` does for one: access tokens that were
 * made until this moment are good no more. Part of a transaction that does more; no server works on the database.
 */
export function prepareEndAllGrants({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const remove = (table: 'authorization_code' | 'refresh_token' | 'sign_in') =>
    store.prepare((db, p: { most: number }) =>
      db
        .deleteFrom(table)
        .where('sha256', 'in', (some) => some.selectFrom(table).select('sha256').limit(p.most)),
    )
  const endTokens = (['user', 'client'] as const).map((table) =>
    store.prepare((db, p: { now: number }) => db.updateTable(table).set({ tokens_valid_from: p.now })),
  )
  const [codes, refreshTokens, signIns] = [
    remove('authorization_code'),
    remove('refresh_token'),
    remove('sign_in'),
  ]

  async function removeAll(tx: Connection, statement: typeof codes): Promise<number> {
    for (let all = 0; ; ) {
      const removed = await statement.run(tx, { most: batchRows })
      all += removed
      if (removed < batchRows) return all
    }
  }

  return async (tx: Connection): Promise<EndedGrants> => {
    const now = clock.now()
    for (const statement of endTokens) await statement.run(tx, { now })
    return {
      authorizationCodes: await removeAll(tx, codes),
      refreshTokens: await removeAll(tx, refreshTokens),
      signIns: await removeAll(tx, signIns),
    }
  }
}
