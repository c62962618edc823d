import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { inSpanOrTrace } from '../../base/tracing/in-span.ts'
import type { Span } from '../../base/tracing/span.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import type { Provider } from '../provider.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import type { AdoptLaunch } from './adopt-launch.ts'
import { holdMilliseconds } from './distant-opening.ts'
import type { LaunchRow, LaunchRows } from './launch-rows.ts'
import type { LaunchesInHand } from './launches-in-hand.ts'
import { createSettleLaunch } from './settle-launch.ts'

const lookMilliseconds = 1_000
const firstPause = 1_000
const maxPause = 60_000
/** Looked at by one node at a time. */
const maxAtOnce = 200
const sweepMilliseconds = 3_600_000
/** A process that closes waits no longer for a provider that it has asked: another one asks again. */
const closingMilliseconds = 2_000

export interface FollowLaunches {
  /** Something is to be asked or told of a launch, as its row says. */
  look(): void
  /**
   * Finds out what became of the launches on a call that may have arrived.
   *
   * @throws {Problem} `provider-unavailable` when that cannot be said.
   */
  settleOnCall(callGuid: Guid, but: { readonly sessionGuid: Guid }): Promise<void>
  /** Begins to follow launches, also those of nodes that are not there any more. */
  start(): void
  close(): Promise<void>
}

/**
 * Follows launches at other processes until it is known what became of them. One that may have arrived, and that nobody
 * has asked for again, is called off: it is over then, or never comes to be; where that is too late, because a card may
 * be charged, it is taken up as a session. A provider that waits to be told that its session is there is told until it
 * has heard. When that is next is in the launch's row, and the node does it that takes the row first.
 */
export function createFollowLaunches(
  parts: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & {
    readonly rows: LaunchRows
    readonly provider: Provider
    readonly adopt: AdoptLaunch
    readonly inHand: LaunchesInHand
  },
): FollowLaunches {
  const { store, rows, inHand, clock, log } = parts
  const settle = createSettleLaunch(parts)
  const running = new Set<Promise<void>>()
  let removal: ReturnType<typeof startRemoval> | undefined
  let stop: Stop | undefined
  let looking: Promise<void> | undefined
  let mayBeMore = false
  let closing = false

  async function look(): Promise<void> {
    do {
      mayBeMore = false
      if (!(await rows.due.first(store.reader, { now: clock.now() }))) continue
      const now = clock.now()
      const claim = { now, heldUntil: now + holdMilliseconds, node: store.nodeId, most: maxAtOnce }
      const due = closing ? [] : await store.write((tx) => rows.claimDue.all(tx, claim))
      for (const row of due) begin(row, claim.heldUntil)
    } while (mayBeMore)
  }

  function lookOnce(): void {
    mayBeMore = true
    looking ??= look()
      .catch((error) => log.error({ err: error }, 'launches under way could not be read'))
      .finally(() => {
        looking = undefined
      })
  }

  function begin(row: LaunchRow, heldUntil: number): void {
    const attributes = { 'tonegate.account_id': row.account_id, 'tonegate.session_guid': row.session_guid }
    const stepIn = (span: Span) => step(row, heldUntil, span)
    const run: Promise<void> = inSpanOrTrace(parts.tracer, 'settle launch', { attributes }, stepIn)
      .catch((err) => log.error({ err, sessionGuid: row.session_guid }, 'a launch will be resolved later'))
      .finally(() => running.delete(run))
    running.add(run)
  }

  async function step(row: LaunchRow, heldUntil: number, span: Span): Promise<void> {
    const { session_guid: sessionGuid } = row
    const again = (at: number | null) =>
      store.write((tx) => rows.lookAgain.run(tx, { sessionGuid, heldUntil, at }))
    if (row.state === 'asked' && row.call_off_at > clock.now()) return void (await again(row.call_off_at))
    try {
      await settle(row)
    } catch (error) {
      span.failed(error)
      const why = error instanceof Problem ? { why: error.message } : { err: error }
      log.warn({ sessionGuid, ...why }, 'the result of a launch is not known yet; asking again')
      return void (await again(clock.now() + pauseAfter(row, clock.now())))
    }
    await again(null)
  }

  return {
    look: lookOnce,
    async settleOnCall(callGuid, { sessionGuid: own }) {
      const asked = await rows.askedOnCall.all(store.reader, { callGuid })
      for (const { session_guid: sessionGuid } of asked) {
        if (sessionGuid === own) continue
        await inHand.ofSession(sessionGuid)
        const row = await rows.find.first(store.reader, { sessionGuid })
        if (row) await settle(row)
      }
    },
    start() {
      removal ??= removeOldLaunches(parts)
      stop ??= clock.every(lookMilliseconds, lookOnce)
      lookOnce()
    },
    async close() {
      closing = true
      stop?.()
      await removal?.close()
      await looking
      await within(Promise.all(running), closingMilliseconds, clock)
    },
  }
}

/** As long again as it has taken until now, within bounds. */
const pauseAfter = ({ call_off_at }: LaunchRow, now: number): number =>
  Math.min(Math.max(now - call_off_at + firstPause, firstPause), maxPause)

const removeOldLaunches = ({
  rows,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & { readonly rows: LaunchRows }) =>
  startRemoval({
    ...parts,
    intervalMilliseconds: sweepMilliseconds,
    batches: {
      launches: (tx, { now, batchRows }) =>
        rows.removeOld.run(tx, { askedBefore: now - sessionRetentionMilliseconds, batchRows }),
    },
    failed: 'old launches could not be removed',
  })
