import type { Store } from '../store/store.ts'

/** An entry as it is stored. */
export interface StoredEntry {
  readonly position: number
  /** Milliseconds since the epoch, for whoever looks for a time. */
  readonly at: number
  /** `WrittenEntry`, in canonical JSON. */
  readonly entry: string
  /** In hexadecimal. */
  readonly hash: string
}

/** Which entries are looked for. */
export interface LogRange {
  /** Milliseconds since the epoch, inclusive. */
  readonly since: number
  /** Exclusive. */
  readonly until: number
  /** Of the entry’s text; a `%` stands for anything. */
  readonly like: string
}

const batchEntries = 1000
const columns = ['position', 'at', 'entry', 'hash'] as const

/** The entries that are at the ends of what there is. */
export function prepareLastEntries(store: Store) {
  const at = (direction: 'asc' | 'desc') =>
    store.prepare((db, _: object) =>
      db.selectFrom('audit_log').select(['position', 'hash']).orderBy('position', direction).limit(1),
    )
  return { first: at('asc'), last: at('desc') }
}

/** Reads the chain some entries at a time, while others are added to it. */
export function prepareReadLog(store: Store) {
  const forward = store.prepare((db, p: { after: number; batchEntries: number }) =>
    db
      .selectFrom('audit_log')
      .select(columns)
      .where('position', '>', p.after)
      .orderBy('position')
      .limit(p.batchEntries),
  )
  const backward = store.prepare((db, p: LogRange & { before: number; batchEntries: number }) =>
    db
      .selectFrom('audit_log')
      .select(columns)
      .where('position', '<', p.before)
      .where('at', '>=', p.since)
      .where('at', '<', p.until)
      .where('entry', 'like', p.like)
      .orderBy('position', 'desc')
      .limit(p.batchEntries),
  )
  const unlinked = store.prepare((db, _: object) =>
    db.selectFrom('audit_unlinked').select(({ fn }) => fn.countAll<number>().as('count')),
  )
  return {
    /** The oldest first, from behind a position on. */
    async *after(position: number): AsyncGenerator<StoredEntry> {
      for (let after = position; ; ) {
        const rows = await forward.all(store.reader, { after, batchEntries })
        yield* rows
        const last = rows.at(-1)
        if (!last || rows.length < batchEntries) return
        after = last.position
      }
    },
    /** The newest first. */
    async *newest(range: LogRange): AsyncGenerator<StoredEntry> {
      for (let before = Number.MAX_SAFE_INTEGER; ; ) {
        const rows = await backward.all(store.reader, { ...range, before, batchEntries })
        yield* rows
        const last = rows.at(-1)
        if (!last || rows.length < batchEntries) return
        before = last.position
      }
    },
    /** How many entries have no place yet. */
    async countUnlinked(): Promise<number> {
      return Number((await unlinked.first(store.reader, {}))?.count ?? 0)
    },
  }
}
