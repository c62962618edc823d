import { sql } from 'kysely'
import type { Store } from '../store.ts'
import type { NodeTable } from '../tables.ts'

/** Milliseconds since the epoch, by the clock of a database that several processes reach. */
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** The statements on `node`. */
export function prepareNodeRows(store: Store) {
  /** A file is one process's own, and so is the time. */
  const nowOr = (now: number) => (store.isShared ? databaseNow : now)
  return {
    join: store.prepare(
      (db, p: Pick<NodeTable, 'id' | 'place' | 'url' | 'version'> & { readonly now: number }) =>
        db.insertInto('node').values({
          id: p.id,
          place: p.place,
          url: p.url,
          version: p.version,
          started_at: nowOr(p.now),
          beat_at: nowOr(p.now),
        }),
    ),
    /** @returns no row once others have found that it was not heard of. */
    beat: store.prepare((db, p: Pick<NodeTable, 'id'>) =>
      db.updateTable('node').set({ beat_at: databaseNow }).where('id', '=', p.id),
    ),
    leave: store.prepare((db, p: Pick<NodeTable, 'id'>) => db.deleteFrom('node').where('id', '=', p.id)),
    /** Whoever is not heard of for so long holds nothing any more. */
    forgetSilent: store.prepare((db, p: { readonly milliseconds: number }) =>
      db.deleteFrom('node').where('beat_at', '<', sql<number>`${databaseNow} - ${p.milliseconds}`),
    ),
    /** Those of processes that are not there any more: this one has the file to itself. */
    forgetAll: store.prepare((db, _: object) => db.deleteFrom('node')),
    all: store.prepare((db, _: object) =>
      db.selectFrom('node').select(['id', 'place', 'url', 'version', 'started_at']).orderBy('started_at'),
    ),
    now: store.prepare((db, _: object) => db.selectNoFrom(databaseNow.as('now'))),
  }
}
