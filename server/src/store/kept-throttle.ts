import { createHmac } from 'node:crypto'
import type { Stop } from '../base/clock.ts'
import type { Sealer } from '../base/seal.ts'
import { createThrottle, type KeptFailures, type Throttle } from '../base/throttle/throttle.ts'
import type { ThrottleRules } from '../base/throttle/throttle-rules.ts'
import type { StoreParts } from './parts.ts'
import { createThrottleChanges } from './throttle-changes.ts'
import { type FailedRow, prepareThrottleRows } from './throttle-rows.ts'

/** A throttle of which the store keeps what has failed, and from where names have authenticated, for all processes. */
export interface StoredThrottle extends Throttle {
  /** Takes up what was kept before, and from now on what other processes keep. */
  load(): Promise<void>
  /** Resolves when all that it has counted is written. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** What has failed elsewhere is to be known here within a second. */
const readEveryMilliseconds = 900
/** A transaction is seen only some time after it has read the clock. */
const readOverlapMilliseconds = 5_000

/**
 * Nothing is written for a secret that is right, unless others were wrong before it. A failure is added to those of all
 * processes at once, one transaction at a time: what changes meanwhile goes into the next. What that comes to counts here
 * too, and is read by the others within a second, so that of several nodes together nobody has more guesses than of one.
 * A name or an address is never written, but an HMAC of it under a key that follows from the sealing key.
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
  const rows = prepareThrottleRows(store, Math.min(rules.pair.free, rules.address.free, rules.name.free))
  const [key, ...formerKeys] = sealer.derivations(`throttle ${name}`)
  const changes = createThrottleChanges({
    store,
    clock,
    log,
    rows,
    name,
    written: (kept, unwritten) => throttle.correct(kept, unwritten),
  })
  const throttle = createThrottle(clock, rules, {
    digests: (text) => [digestOf(key, text), ...formerKeys.map((former) => digestOf(former, text))],
    keepCounted: changes.keepCounted,
    keepKnown: changes.keepKnown,
  })
  let readAt = 0
  let reading: Promise<void> | undefined
  let failing = false
  let stop: Stop = () => {}

  async function read(): Promise<void> {
    const now = clock.now()
    const since = { throttle: name, since: readAt - readOverlapMilliseconds, now }
    const failed = await rows.failedSince.all(store.reader, since)
    const known = name === 'people' ? await rows.knownSince.all(store.reader, since) : []
    throttle.restore({
      failed: failed.filter((row) => !changes.isUnwritten(row)).map(keptFailures),
      known: known.map(({ name_digest, digest, seen_at }) => ({
        name: name_digest,
        pair: digest,
        seenAt: seen_at,
      })),
    })
    readAt = now
  }

  async function follow(): Promise<void> {
    try {
      await read()
      failing = false
    } catch (error) {
      if (!failing) log.error({ err: error }, 'what other servers have blocked could not be read; retrying')
      failing = true
    }
  }

  return {
    ...throttle,
    async load() {
      await read()
      if (!store.isShared) return
      stop = clock.every(readEveryMilliseconds, () => {
        reading ??= follow().finally(() => {
          reading = undefined
        })
      })
    },
    idle: changes.idle,
    async close() {
      stop()
      await reading
      await changes.idle()
    },
  }
}

const keptFailures = ({ counted, digest, failures: count, since, last }: FailedRow): KeptFailures => ({
  counted,
  key: digest,
  failures: { count, since, last },
})

const digestOf = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')
