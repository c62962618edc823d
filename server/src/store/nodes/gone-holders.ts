import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import type { NodeId } from './node-id.ts'

/** Who holds rows and is not there any more; empty for rows that nobody holds. */
export type GoneHolder = NodeId | ''

/** The node that holds a row, as indexes have it; empty where nobody does. */
export const holderIn = (column: string) => sql<GoneHolder>`coalesce(${sql.ref(column)}, '')`

/**
 * Who holds rows of a table and is not there any more. An index over {@link holderIn} is leapt through from one holder to the
 * next, so that this takes as long as there are holders, however many rows they hold.
 *
 * @param only of which rows: what the index says of itself.
 */
export const prepareGoneHolders = (
  store: Store,
  {
    table,
    column,
    only,
  }: { readonly table: keyof Tables; readonly column: string; readonly only: RawBuilder<SqlBool> },
) => {
  const holder = holderIn(column)
  const first = (after: RawBuilder<SqlBool>) =>
    sql<GoneHolder | null>`(select min(${holder}) from ${sql.table(table)} where ${only} and ${after})`
  return store.prepare((db, _: object) =>
    db
      .withRecursive('holder(id)', (recursive) =>
        recursive.selectNoFrom(first(sql`1 = 1`).as('id')).unionAll(
          recursive
            .selectFrom('holder')
            .select(first(sql`${holder} > holder.id`).as('id'))
            .where('holder.id', 'is not', null),
        ),
      )
      .selectFrom('holder')
      .select('holder.id')
      .where('holder.id', 'is not', null)
      .where((is) =>
        is.not(
          is.exists(
            is
              .selectFrom('node')
              .select('node.id')
              .whereRef('node.id', '=', 'holder.id' as never),
          ),
        ),
      )
      .$narrowType<{ id: GoneHolder }>(),
  )
}
