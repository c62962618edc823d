import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { Problem } from '../../base/problem.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import type { Provider } from '../provider.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import type { AdoptLaunch } from './adopt-launch.ts'
import type { LaunchRows } from './launch-rows.ts'
import { createSettleLaunch } from './settle-launch.ts'

const firstPause = 1_000
const maxPause = 60_000
const sweepMilliseconds = 3_600_000
/** A process that closes waits no longer for a provider that it has asked: the next one asks again. */
const closingMilliseconds = 2_000

export interface FollowLaunches {
  /** Runs something that concerns a launch, while nothing else does. */
  readonly onLaunch: ReturnType<typeof createOneAtATime>
  /** Something is to be asked or told of a launch, at this time or when it can be. */
  follow(sessionGuid: Guid, at: number): void
  /**
   * Finds out what became of the launches on a call that may have arrived.
   *
   * @throws {Problem} `provider-unavailable` when that cannot be said.
   */
  settleOnCall(callGuid: Guid, but: { readonly sessionGuid: Guid }): Promise<void>
  /** Takes up the launches of the process before this one. */
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Follows launches at other processes until it is known what became of them. One that may have arrived, and that nobody
 * has asked for again, is called off: it is over then, or never comes to be; where that is too late, because a card may
 * be charged, it is taken up as a session. A provider that waits to be told that its session is there is told until it
 * has heard.
 */
export function createFollowLaunches(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
    readonly rows: LaunchRows
    readonly provider: Provider
    readonly adopt: AdoptLaunch
  },
): FollowLaunches {
  const { store, rows, clock, log } = parts
  const settle = createSettleLaunch(parts)
  const onLaunch = createOneAtATime()
  const timers = new Map<string, Stop>()
  const running = new Set<Promise<void>>()
  let removal: ReturnType<typeof startRemoval> | undefined
  let closing = false

  function schedule(sessionGuid: Guid, at: number, pause: number): void {
    if (closing) return
    timers.get(sessionGuid)?.()
    const stop = clock.after(Math.max(0, at - clock.now()), () => {
      timers.delete(sessionGuid)
      const run: Promise<void> = step(sessionGuid, pause).finally(() => running.delete(run))
      running.add(run)
    })
    timers.set(sessionGuid, stop)
  }

  async function step(sessionGuid: Guid, pause: number): Promise<void> {
    try {
      await onLaunch(sessionGuid, async () => {
        const row = await rows.find.first(store.reader, { sessionGuid })
        if (row?.state === 'asked' && row.call_off_at > clock.now()) {
          schedule(sessionGuid, row.call_off_at, firstPause)
        } else if (row) await settle(row)
      })
    } catch (error) {
      const why = error instanceof Problem ? { why: error.message } : { err: error }
      log.warn({ sessionGuid, ...why }, 'the result of a launch is not known yet; asking again')
      schedule(sessionGuid, clock.now() + pause, Math.min(2 * pause, maxPause))
    }
  }

  return {
    onLaunch,
    follow: (sessionGuid, at) => schedule(sessionGuid, at, firstPause),
    async settleOnCall(callGuid, { sessionGuid: own }) {
      const asked = await rows.askedOnCall.all(store.reader, { callGuid })
      for (const { session_guid: sessionGuid } of asked) {
        if (sessionGuid === own) continue
        await onLaunch(sessionGuid, async () => {
          const row = await rows.find.first(store.reader, { sessionGuid })
          if (row) await settle(row)
        })
      }
    },
    async start() {
      removal = removeOldLaunches(parts)
      for (const row of await rows.unsettled.all(store.reader, {})) {
        schedule(row.session_guid, row.state === 'asked' ? row.call_off_at : clock.now(), firstPause)
      }
    },
    async close() {
      closing = true
      await removal?.close()
      for (const stop of timers.values()) stop()
      await within(Promise.all(running), closingMilliseconds, clock)
    },
  }
}

const removeOldLaunches = ({
  rows,
  store,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly rows: LaunchRows }) =>
  startRemoval({
    store,
    clock,
    log,
    intervalMilliseconds: sweepMilliseconds,
    batches: {
      launches: (tx, { now, batchRows }) =>
        rows.removeOld.run(tx, { askedBefore: now - sessionRetentionMilliseconds, batchRows }),
    },
    failed: 'old launches could not be removed',
  })
