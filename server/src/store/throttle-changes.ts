import type { Counted, KeepCounted } from '../base/throttle/counted-failures.ts'
import type { KeyChange } from '../base/throttle/failures.ts'
import type { KeepKnownSource } from '../base/throttle/known-sources.ts'
import type { KeptFailures } from '../base/throttle/throttle.ts'
import type { StoreParts } from './parts.ts'
import type { Connection } from './store.ts'
import type { CountedKey, ThrottleRows } from './throttle-rows.ts'

/** What is to be written of a key. */
interface CountedChange {
  readonly key: CountedKey & { readonly counted: Counted }
  /** Until when its failures were known that a success has cleared. */
  readonly clearedUntil?: number
  readonly failed?: Extract<KeyChange, { change: 'failed' }>
  /** So many failures have come since. */
  readonly added: number
}

type Write = (transaction: Connection) => Promise<unknown>

/** One transaction writes so many changes, and takes out so many rows that have been forgotten. */
const maxBatch = 200

/** For so long a row says that nothing failed any more: others have read it by then. */
const clearedMilliseconds = 60_000
/** Few failures are kept so long: whoever counts them knows of them. */
const fewMilliseconds = 3_600_000
const removeEveryMilliseconds = 60_000

/**
 * Writes what changes of a throttle, one transaction at a time.
 *
 * @param written is told what the failures of a key have come to, those of all processes, and how many more are not in it.
 */
export function createThrottleChanges({
  store,
  clock,
  log,
  rows,
  name,
  written,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: ThrottleRows
  readonly name: string
  readonly written: (kept: KeptFailures, unwritten: number) => void
}) {
  let counts = new Map<string, CountedChange>()
  let sources = new Map<string, Write>()
  /** The keys whose counts are being written. */
  let underWay: ReadonlySet<string> = new Set()
  let writing: Promise<void> | undefined
  let removeAt = Number.NEGATIVE_INFINITY

  async function writeSome(): Promise<void> {
    const some = takeSome(counts)
    const writes = takeSome(sources)
    underWay = new Set(some.map(([row]) => row))
    const now = clock.now()
    const removes = now >= removeAt
    const sums = await store.write(async (transaction) => {
      const all = []
      for (const [, change] of some) all.push(await writeCount(rows, transaction, { change, now }))
      for (const [, write] of writes) await write(transaction)
      if (removes) await removeForgotten(rows, transaction, now)
      return all
    })
    if (removes) removeAt = now + removeEveryMilliseconds
    for (const [index, [row, { key }]] of some.entries()) {
      const sum = sums[index]
      const later = counts.get(row)
      if (!sum || later?.clearedUntil !== undefined) continue
      const { failures: count, since, last } = sum
      written({ counted: key.counted, key: key.digest, failures: { count, since, last } }, later?.added ?? 0)
    }
  }

  async function writeAll(): Promise<void> {
    try {
      while (counts.size + sources.size > 0) await writeSome()
    } catch (error) {
      log.error({ err: error }, 'what is blocked after failed attempts could not be stored')
      counts = new Map()
      sources = new Map()
    } finally {
      underWay = new Set()
      writing = undefined
    }
  }

  const keepCounted: KeepCounted = (counted, digest, change) => {
    const row = rowOf({ counted, digest })
    const before = counts.get(row) ?? { key: { throttle: name, counted, digest }, added: 0 }
    counts.set(row, after(before, change))
    writing ??= writeAll()
  }

  const keepKnown: KeepKnownSource = ({ name: name_digest, pair, seenAt, forgottenAt }, forgotten) => {
    const row = { digest: pair, name_digest, seen_at: seenAt, expires_at: forgottenAt }
    sources.set(pair, async (transaction) => {
      await rows.putKnown.run(transaction, row)
      if (forgotten !== undefined) await rows.removeKnown.run(transaction, { digest: forgotten })
    })
    writing ??= writeAll()
  }

  return {
    keepCounted,
    keepKnown,
    /** Whether more is known here of a key than is written, or will be. */
    isUnwritten(key: { readonly counted: string; readonly digest: string }): boolean {
      const row = rowOf(key)
      return counts.has(row) || underWay.has(row)
    },
    /** Resolves when all of it is written. */
    async idle(): Promise<void> {
      while (writing) await writing
    },
  }
}

async function removeForgotten(rows: ThrottleRows, transaction: Connection, now: number): Promise<void> {
  const due = { until: now, batchRows: maxBatch }
  await rows.removeForgotten.run(transaction, due)
  await rows.removeFewSince.run(transaction, { ...due, until: now - fewMilliseconds })
  await rows.removeForgottenKnown.run(transaction, due)
}

/** What its failures have come to; undefined where they were cleared alone. */
async function writeCount(
  rows: ThrottleRows,
  transaction: Connection,
  { change, now }: { readonly change: CountedChange; readonly now: number },
) {
  const { key, clearedUntil: seen, failed, added } = change
  if (seen !== undefined) {
    await rows.clearFailures.run(transaction, { ...key, seen, now, expires_at: now + clearedMilliseconds })
  }
  if (!failed) return undefined
  const { count: failures, since, last } = failed.failures
  const times = { now, since, last, expires_at: failed.forgottenAt }
  const renewed = failed.isRenewed ? 1 : 0
  return rows.addFailures.first(transaction, { ...key, ...times, added, failures, renewed })
}

const rowOf = ({ counted, digest }: { readonly counted: string; readonly digest: string }): string =>
  `${counted} ${digest}`

function after({ key, clearedUntil, added }: CountedChange, change: KeyChange): CountedChange {
  if (change.change === 'cleared') return { key, clearedUntil: change.last, added: 0 }
  const cleared = clearedUntil === undefined ? {} : { clearedUntil }
  return { key, ...cleared, failed: change, added: added + 1 }
}

/** Takes out the first ones. */
function takeSome<V>(all: Map<string, V>): readonly (readonly [string, V])[] {
  const some = [...all.entries()].slice(0, maxBatch)
  for (const [key] of some) all.delete(key)
  return some
}
