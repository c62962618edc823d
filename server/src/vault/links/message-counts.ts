import { sql } from 'kysely'
import { prepareDeleteDue } from '../../store/removal.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { Bound } from './bounds-of-message.ts'

/** Messages are counted by five minutes: a bound's hour is never shorter than an hour, and at most so much longer. */
export const stepMilliseconds = 5 * 60_000

/** Nobody counts for longer. */
const countingMilliseconds = 60_000

/** The counts of messages, by counter. */
export function createMessageCounts(store: Store) {
  const { since, count, uncount, remove } = prepareStatements(store)

  async function countsOf(tx: Connection, { counters, within }: Bound, now: number) {
    const after = now - within - stepMilliseconds
    const rows = []
    for (const counter of counters) rows.push(...(await since.all(tx, { counter, after })))
    return { rows, sum: rows.reduce((sum, { messages }) => sum + messages, 0) }
  }

  return {
    /** Whether more was counted than a bound lets through. */
    isExceeded: async (tx: Connection, bound: Bound, now: number): Promise<boolean> =>
      (await countsOf(tx, bound, now)).sum > bound.max,
    /** When a bound lets one more message through, in milliseconds since the epoch; `undefined` when it does now. */
    async fullUntil(tx: Connection, bound: Bound, now: number) {
      const { within, max } = bound
      const { rows, sum } = await countsOf(tx, bound, now)
      let left = sum
      if (left < max) return undefined
      for (const { began_at, messages } of rows.sort((one, other) => one.began_at - other.began_at)) {
        left -= messages
        if (left < max) return began_at + stepMilliseconds + within
      }
      return now + within
    },
    /**
     * Counts a message, under the key that counts; once where bounds share a counter. Whoever counts the next one, at another
     * server too, waits for the end of the transaction. When a step has just begun, some may still count in the one before.
     */
    async add(tx: Connection, bounds: readonly Bound[], now: number): Promise<void> {
      const began_at = stepOf(now)
      const before = stepOf(now - countingMilliseconds)
      for (const counter of countersOf(bounds)) {
        if (before < began_at) await count.run(tx, { counter, began_at: before, messages: 0 })
        await count.run(tx, { counter, began_at, messages: 1 })
      }
    },
    /** One that was counted is not sent. */
    async takeBack(tx: Connection, bounds: readonly Bound[], now: number): Promise<void> {
      for (const counter of countersOf(bounds)) await uncount.run(tx, { counter, began_at: stepOf(now) })
    },
    /** Removes counts that began before this, in milliseconds since the epoch; at most so many. */
    remove: (tx: Connection, due: { readonly until: number; readonly batchRows: number }) =>
      remove.run(tx, due),
  }
}

const stepOf = (now: number): number => now - (now % stepMilliseconds)

/** Each once, and in an order that is the same for all: nobody waits for one who waits for him. */
const countersOf = (bounds: readonly Bound[]): readonly Buffer[] =>
  [...new Set(bounds.map(({ counters: [current] }) => current))].sort(Buffer.compare)

function prepareStatements(store: Store) {
  return {
    since: store.prepare((db, p: { counter: Uint8Array; after: number }) =>
      db
        .selectFrom('message_count')
        .select(['began_at', 'messages'])
        .where('counter', '=', p.counter)
        .where('began_at', '>', p.after),
    ),
    count: store.prepare((db, p: { counter: Uint8Array; began_at: number; messages: 0 | 1 }) =>
      db
        .insertInto('message_count')
        .values({ counter: p.counter, began_at: p.began_at, messages: p.messages })
        .onConflict((conflict) =>
          conflict
            .columns(['counter', 'began_at'])
            .doUpdateSet({ messages: sql<number>`message_count.messages + excluded.messages` }),
        ),
    ),
    uncount: store.prepare((db, p: { counter: Uint8Array; began_at: number }) =>
      db
        .updateTable('message_count')
        .set({ messages: sql<number>`messages - 1` })
        .where('counter', '=', p.counter)
        .where('began_at', '=', p.began_at),
    ),
    remove: prepareDeleteDue(store, {
      from: 'message_count',
      key: ['counter', 'began_at'],
      due: 'began_at',
    }),
  }
}
