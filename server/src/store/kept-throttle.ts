import { createHmac } from 'node:crypto'
import type { Sealer } from '../base/seal.ts'
import type { Failures } from '../base/throttle/failure-table.ts'
import { createThrottle, type KeptThrottle, type Throttle } from '../base/throttle/throttle.ts'
import type { ThrottleRules } from '../base/throttle/throttle-rules.ts'
import type { StoreParts } from './parts.ts'
import type { Connection, Store } from './store.ts'
import { type ClosedKey, type ClosedRow, prepareThrottleRows, type ThrottleRows } from './throttle-rows.ts'

/** A throttle of which the store keeps what is closed, and from where names have authenticated. */
export interface StoredThrottle extends Throttle {
  /** Takes up what the process before this one kept. */
  load(): Promise<void>
  /** Resolves when all of it is written. */
  close(): Promise<void>
}

/** One transaction writes so many changes, and takes out so many rows that have been forgotten. */
const maxBatch = 200

/**
 * Nothing is written for a secret that is right, and nothing for a failure that closes nothing. What closes is written
 * at once, one transaction at a time: what changes meanwhile goes into the next. A name or an address is never
 * written, but an HMAC of it under a key that follows from the sealing key.
 *
 * @param name tells it from the other throttles of the region.
 */
export function createStoredThrottle({
  store,
  clock,
  log,
  sealer,
  name,
  rules,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly sealer: Pick<Sealer, 'derivations'>
  readonly name: 'clients' | 'people' | 'provider clients'
  readonly rules: ThrottleRules
}): StoredThrottle {
  const rows = prepareThrottleRows(store)
  const [key, ...formerKeys] = sealer.derivations(`throttle ${name}`)
  /** What is to be written, by the key of its row. */
  let changes = new Map<string, (transaction: Connection) => Promise<unknown>>()
  let writing: Promise<void> | undefined

  async function writeSome(): Promise<void> {
    const batch = [...changes].slice(0, maxBatch)
    for (const [row] of batch) changes.delete(row)
    const due = { until: clock.now(), batchRows: maxBatch }
    await store.write(async (transaction) => {
      for (const [, change] of batch) await change(transaction)
      await rows.removeOldClosed.run(transaction, due)
      await rows.removeOldKnown.run(transaction, due)
    })
  }

  async function writeAll(): Promise<void> {
    try {
      while (changes.size > 0) await writeSome()
    } catch (error) {
      log.error({ err: error }, 'what is blocked after failed attempts could not be stored')
      changes = new Map()
    } finally {
      writing = undefined
    }
  }

  function change(row: string, write: (transaction: Connection) => Promise<unknown>): void {
    changes.set(row, write)
    writing ??= writeAll()
  }

  const throttle = createThrottle(clock, rules, {
    digests: (text) => [digestOf(key, text), ...formerKeys.map((former) => digestOf(former, text))],
    keepClosed(counted, digest, failures, forgottenAt) {
      const row = { throttle: name, counted, digest }
      change(`${counted} ${digest}`, (transaction) =>
        failures === undefined
          ? rows.removeClosed.run(transaction, row)
          : rows.putClosed.run(transaction, closedRow(row, failures, forgottenAt)),
      )
    },
    keepKnown({ name: nameDigest, pair, seenAt, forgottenAt }, forgotten) {
      const row = { digest: pair, name_digest: nameDigest, seen_at: seenAt, expires_at: forgottenAt }
      change(pair, async (transaction) => {
        await rows.putKnown.run(transaction, row)
        if (forgotten !== undefined) await rows.removeKnown.run(transaction, { digest: forgotten })
      })
    },
  })

  return {
    ...throttle,
    async load() {
      throttle.restore(await readKept(store, rows, { throttle: name, now: clock.now() }))
    },
    async close() {
      while (writing) await writing
    },
  }
}

const digestOf = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')

const closedRow = (key: ClosedKey, { count, since, last }: Failures, expiresAt: number): ClosedRow => ({
  ...key,
  failures: count,
  since,
  last,
  expires_at: expiresAt,
})

async function readKept(
  { reader }: Store,
  { allClosed, allKnown }: ThrottleRows,
  of: { readonly throttle: string; readonly now: number },
): Promise<KeptThrottle> {
  const closed = await allClosed.all(reader, of)
  const known = of.throttle === 'people' ? await allKnown.all(reader, of) : []
  return {
    closed: closed.map(({ counted, digest, failures: count, since, last }) => ({
      counted,
      key: digest,
      failures: { count, since, last },
    })),
    known: known.map(({ name_digest, digest, seen_at }) => ({
      name: name_digest,
      pair: digest,
      seenAt: seen_at,
    })),
  }
}
