import type { Kysely } from 'kysely'
import { NotSealedHere, type Sealer } from '../base/seal.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

type Row = Readonly<Record<string, unknown>>
type Resealer = Pick<Sealer, 'reseal'>

/** A column that holds what is sealed. */
export interface SealedColumn {
  /** What it holds, for the operator, in the plural. */
  readonly what: string
  readonly table: keyof Tables
  /** The columns that tell one row from another: one or two. */
  readonly key: readonly [string] | readonly [string, string]
  readonly column: string
  /**
   * The column's value sealed under the key that seals; `undefined` when it is already, or holds nothing sealed.
   *
   * @param row the key's columns and this one, which is not null.
   * @throws {NotSealedHere}
   */
  reseal(row: Row, sealer: Resealer): Uint8Array | string | undefined
}

/** A column that is sealed as a whole, for one of these purposes. */
export const sealedColumn = ({
  purposes,
  ...column
}: Omit<SealedColumn, 'reseal'> & { readonly purposes: (row: Row) => readonly string[] }): SealedColumn => ({
  ...column,
  reseal: (row, sealer) => resealOne(purposes(row), row[column.column] as Uint8Array, sealer),
})

function resealOne(
  [purpose = '', ...others]: readonly string[],
  sealed: Uint8Array,
  sealer: Resealer,
): Uint8Array | undefined {
  try {
    return sealer.reseal(purpose, sealed)
  } catch (error) {
    if (!(error instanceof NotSealedHere) || others.length === 0) throw error
    return resealOne(others, sealed, sealer)
  }
}

/** What became of a column. */
export interface Resealed {
  readonly what: string
  /** How many values were sealed anew. */
  readonly resealed: number
  /** How many open under no key that was given; they were left as they are. */
  readonly unopened: number
}

const batchSize = 100
/** A running server may write again and again; what it writes is sealed by the key that seals. */
const maxPasses = 10

/**
 * Seals every value of a column under the key that seals, some at a time, while a server may be running: a value that
 * has changed since it was read is left alone, and looked at again.
 *
 * @param seen is told how many more values have been looked at.
 */
export async function resealColumn(
  store: Store,
  sealer: Resealer,
  column: SealedColumn,
  seen: (rows: number) => void = () => {},
): Promise<Resealed> {
  const statements = prepareStatements(store, column)
  let resealed = 0
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const found = await resealAll(store, sealer, column, { ...statements, seen })
    resealed += found.resealed
    if (found.changedMeanwhile === 0) return { what: column.what, resealed, unopened: found.unopened }
  }
  throw new Error(`The ${column.what} kept changing while they were being re-sealed. Run the command again.`)
}

/**
 * Sees to it that the keys are those of the data: of what these columns hold sealed, something opens.
 *
 * @throws {NotSealedHere} when there is something sealed, and none of it opens.
 */
export async function requireOpening(
  store: Store,
  sealer: Resealer,
  columns: readonly SealedColumn[],
): Promise<void> {
  let first: NotSealedHere | undefined
  for (const column of columns) {
    for await (const rows of batchesOf(store, column, prepareStatements(store, column))) {
      for (const row of rows) {
        const came = openingOf(row, sealer, column)
        if (came === 'opens') return
        if (came instanceof NotSealedHere) first ??= came
      }
    }
  }
  if (first) throw first
}

/** What cannot be read at all says nothing about the keys. */
function openingOf(
  row: Row,
  sealer: Resealer,
  column: SealedColumn,
): 'opens' | 'nothing sealed' | NotSealedHere {
  let opened: 'opens' | 'nothing sealed' = 'nothing sealed'
  const reseal = (purpose: string, sealed: Uint8Array): undefined => {
    sealer.reseal(purpose, sealed)
    opened = 'opens'
  }
  try {
    column.reseal(row, { reseal })
    return opened
  } catch (error) {
    return error instanceof NotSealedHere ? error : 'nothing sealed'
  }
}

/** How many values a column holds. */
export async function countSealed(store: Store, { table, column }: SealedColumn): Promise<number> {
  const count = store.prepare((db, _: object) =>
    (db as unknown as Kysely<AnyTables>)
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .where(column, 'is not', null),
  )
  return Number((await count.first(store.reader, {}))?.rows ?? 0)
}

type Statements = ReturnType<typeof prepareStatements>

async function resealAll(
  store: Store,
  sealer: Resealer,
  column: SealedColumn,
  { seen, ...statements }: Statements & { readonly seen: (rows: number) => void },
) {
  const found = { resealed: 0, unopened: 0, changedMeanwhile: 0 }
  for await (const rows of batchesOf(store, column, statements)) {
    const due = rows.flatMap((row) => {
      try {
        const anew = column.reseal(row, sealer)
        return anew === undefined ? [] : [{ ...keyOf(column, row), former: row[column.column], anew }]
      } catch (error) {
        if (!(error instanceof NotSealedHere)) throw error
        found.unopened += 1
        return []
      }
    })
    const changed = await store.write(async (tx) => {
      let count = 0
      for (const values of due) count += await statements.replace.run(tx, values)
      return count
    })
    found.resealed += changed
    found.changedMeanwhile += due.length - changed
    seen(rows.length)
  }
  return found
}

/** The rows that hold something, some at a time. */
async function* batchesOf(
  store: Store,
  column: SealedColumn,
  { first, next }: Statements,
): AsyncGenerator<readonly Row[]> {
  let rows = await first.all(store.reader, {})
  for (let last = rows.at(-1); last; last = rows.at(-1)) {
    yield rows
    rows = await next.all(store.reader, keyOf(column, last))
  }
}

interface Key {
  readonly first: unknown
  readonly second: unknown
}

const keyOf = ({ key: [first, second] }: SealedColumn, row: Row): Key => ({
  first: row[first],
  second: second === undefined ? null : row[second],
})

/** The statements of whichever table it is: its columns have no types here. */
type AnyTables = Record<string, Record<string, unknown>>

function prepareStatements(store: Store, { table, key, column }: SealedColumn) {
  const [first, second] = key
  const inAny = (db: Kysely<Tables>) => db as unknown as Kysely<AnyTables>
  const select = (db: Kysely<Tables>) => {
    const chosen = inAny(db)
      .selectFrom(table)
      .select([...key, column])
      .where(column, 'is not', null)
      .orderBy(first)
    return (second === undefined ? chosen : chosen.orderBy(second)).limit(batchSize)
  }
  return {
    first: store.prepare((db, _: object) => select(db)),
    next: store.prepare((db, p: Key) =>
      second === undefined
        ? select(db).where(first, '>', p.first)
        : select(db).where((eb) =>
            eb.or([eb(first, '>', p.first), eb.and([eb(first, '=', p.first), eb(second, '>', p.second)])]),
          ),
    ),
    replace: store.prepare((db, p: Key & { former: unknown; anew: unknown }) => {
      const replaced = inAny(db)
        .updateTable(table)
        .set({ [column]: p.anew })
        .where(first, '=', p.first)
        .where(column, '=', p.former)
      return second === undefined ? replaced : replaced.where(second, '=', p.second)
    }),
  }
}
