import { sql } from 'kysely'
import { prepareDeleteDue } from '../../store/removal.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { Bound } from './bounds-of-message.ts'

/** Messages are counted by five minutes: a bound's hour is never shorter than an hour, and at most so much longer. */
export const stepMilliseconds = 5 * 60_000

/** The counts of messages, by counter. */
export function createMessageCounts(store: Store) {
  const { since, count, remove } = prepareStatements(store)

  return {
    /** When a bound lets one more message through, in milliseconds since the epoch; `undefined` when it does now. */
    async fullUntil(tx: Connection, { counters, within, max }: Bound, now: number) {
      const after = now - within - stepMilliseconds
      const rows = []
      for (const counter of counters) rows.push(...(await since.all(tx, { counter, after })))
      let left = rows.reduce((sum, { messages }) => sum + messages, 0)
      if (left < max) return undefined
      for (const { began_at, messages } of rows.sort((one, other) => one.began_at - other.began_at)) {
        left -= messages
        if (left < max) return began_at + stepMilliseconds + within
      }
      return now + within
    },
    /** Counts a message, under the key that counts; once where bounds share a counter. */
    async add(tx: Connection, bounds: readonly Bound[], now: number): Promise<void> {
      const began_at = now - (now % stepMilliseconds)
      const counters = new Set(bounds.map(({ counters: [current] }) => current))
      for (const counter of counters) await count.run(tx, { counter, began_at })
    },
    /** Removes counts that began before this, in milliseconds since the epoch; at most so many. */
    remove: (tx: Connection, due: { readonly until: number; readonly batchRows: number }) =>
      remove.run(tx, due),
  }
}

function prepareStatements(store: Store) {
  return {
    since: store.prepare((db, p: { counter: Uint8Array; after: number }) =>
      db
        .selectFrom('message_count')
        .select(['began_at', 'messages'])
        .where('counter', '=', p.counter)
        .where('began_at', '>', p.after),
    ),
    count: store.prepare((db, p: { counter: Uint8Array; began_at: number }) =>
      db
        .insertInto('message_count')
        .values({ counter: p.counter, began_at: p.began_at, messages: sql.lit(1) })
        .onConflict((conflict) =>
          conflict
            .columns(['counter', 'began_at'])
            .doUpdateSet({ messages: sql<number>`message_count.messages + 1` }),
        ),
    ),
    remove: prepareDeleteDue(store, {
      from: 'message_count',
      key: ['counter', 'began_at'],
      due: 'began_at',
    }),
  }
}
