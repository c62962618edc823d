import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Stop } from '../base/clock.ts'
import { noTracer } from '../base/tracing/span.ts'
import type { StoreParts } from './parts.ts'
import type { Connection, Store } from './store.ts'
import type { Tables } from './tables.ts'

/** Few enough in one transaction that nobody waits for it. */
const batchRows = 200

/**
 * Removes what is due, and says how many rows that were: `batchRows` at most where there may be many. It is asked again
 * until it removes fewer, and finds nothing again that it has removed.
 */
export type RemoveBatch = (transaction: Connection, batch: Batch) => Promise<number>

interface Batch {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly batchRows: number
}

/**
 * Removes what may not be kept, or need not be, every so often: in transactions of few rows, one sweep at a time, with as
 * long a pause after each as it took, so that however much is due, others have the disk and the processor half of the time.
 * What could not be removed is logged, and tried again by the next sweep. A transaction that removes something, or fails, is
 * a trace of its own.
 *
 * @param batches by the names that they have in the log and in traces.
 * @param failed what the log says when a sweep has failed.
 */
export function createRemoval({
  store,
  clock,
  log,
  tracer = noTracer,
  intervalMilliseconds,
  batches,
  failed,
  swept = async () => {},
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & {
  readonly intervalMilliseconds: number
  readonly batches: Readonly<Record<string, RemoveBatch>>
  readonly failed: string
  /** Comes at the end of each sweep, with how much was removed. */
  readonly swept?: (removed: Readonly<Record<string, number>>) => Promise<void> | void
}) {
  let closing = false
  let wake = () => {}
  let sweeping: Promise<void> | undefined

  /** Ends at once when it is closed. */
  async function pause(milliseconds: number): Promise<void> {
    if (closing || milliseconds <= 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    wake = resolve
    const stop = clock.after(milliseconds, resolve)
    await promise
    stop()
  }

  async function removeSome(name: string, remove: RemoveBatch, now: number): Promise<number> {
    const span = tracer.begin('remove rows', { attributes: { 'tonegate.rows': name } })
    try {
      const removed = await store.write((transaction) => remove(transaction, { now, batchRows }))
      span.set({ 'tonegate.removed': removed })
      if (removed > 0) span.end()
      return removed
    } catch (error) {
      span.failed(error)
      span.end()
      throw error
    }
  }

  async function removeAll(name: string, remove: RemoveBatch, now: number): Promise<number> {
    let removed = 0
    while (!closing) {
      const begunAt = clock.elapsed()
      const batch = await removeSome(name, remove, now)
      removed += batch
      if (batch < batchRows) break
      await pause(clock.elapsed() - begunAt)
    }
    return removed
  }

  async function sweep(): Promise<void> {
    const now = clock.now()
    const removed: Record<string, number> = {}
    for (const [name, remove] of Object.entries(batches)) removed[name] = await removeAll(name, remove, now)
    await swept(removed)
  }

  function sweepOnce(): void {
    sweeping ??= sweep()
      .catch((error: unknown) => log.error({ err: error }, failed))
      .finally(() => {
        sweeping = undefined
      })
  }

  let stop: Stop | undefined
  return {
    /** Sweeps from now on, the first time when so long has passed. */
    start(): void {
      stop ??= clock.every(intervalMilliseconds, sweepOnce)
    },
    /** Sweeps at once. */
    sweep: sweepOnce,
    /** Resolves when nothing of it is under way. */
    async close(): Promise<void> {
      closing = true
      wake()
      stop?.()
      await sweeping
    },
  }
}

/** {@link createRemoval}, started. */
export function startRemoval(removal: Parameters<typeof createRemoval>[0]) {
  const { start, close } = createRemoval(removal)
  start()
  return { close }
}

interface DueRows<T extends keyof Tables> {
  readonly from: T
  /** What tells its rows apart, one column or more. */
  readonly key: readonly Column<T>[]
  /** The column that says when, or by what rises with time. */
  readonly due: Column<T>
  /** Which of them go, where not all do. */
  readonly only?: RawBuilder<SqlBool>
}

/**
 * The statement that deletes the rows of a table that are due, the oldest first, and no more than a batch. Those that
 * another process removes, or changes, at this moment are left to it: several remove at once, and nobody waits.
 */
export function prepareDeleteDue<T extends keyof Tables & string>(
  store: Store,
  { from, key, due, only = sql<SqlBool>`1 = 1` }: DueRows<T>,
) {
  const columns = sql.join(key.map((each) => sql.ref(each)))
  return store.prepare((db, p: { readonly until: number | string; readonly batchRows: number }) => {
    const rows = (db as unknown as Kysely<AnyTable>)
      .selectFrom(from as 'any')
      .select(key as readonly 'column'[])
      .where(due as 'column', '<=', p.until)
      .where(only)
      .orderBy(due as 'column')
      .limit(p.batchRows)
      .forUpdate()
      .skipLocked()
    return db.deleteFrom(from as keyof Tables).where(sql<SqlBool>`(${columns}) in ${rows}`)
  })
}

type Column<T extends keyof Tables> = keyof Tables[T] & string
type AnyTable = { readonly any: { readonly column: number | string } }
