import type { Clock, Stop } from '../../base/clock.ts'
import type { createLanes, Lane } from '../../base/lanes.ts'
import { noDeliveryMeter } from './delivery-meter.ts'
import type { MessageKind, TakenMessage } from './message-kind.ts'

/** How long a message is another's at most. Longer than one attempt, and its waiting for a turn. */
export const holdMilliseconds = 45_000
/** What was written by others, what is to be sent again, and what a killed process has left are looked for so often. */
const lookMilliseconds = 1_000
/** Taken from the store at a time. */
const maxTaken = 128

/**
 * Takes what is due out of the store, as much as there is room for: once a second for all receivers, and for one whenever
 * little of it is left here.
 *
 * @param taken something was taken.
 */
export function createTakeDue<Message extends TakenMessage>({
  kind: { rows, notRead, meter = noDeliveryMeter },
  lanes,
  clock,
  taken,
}: {
  readonly kind: Pick<MessageKind<Message, never>, 'notRead' | 'meter'> & {
    readonly rows: Pick<MessageKind<Message, never>['rows'], 'takeBack' | 'nextReceiver' | 'due'>
  }
  readonly lanes: ReturnType<typeof createLanes<Message>>
  readonly clock: Clock
  readonly taken: () => void
}) {
  let looking: Promise<void> | undefined
  let stop: Stop | undefined
  let closing = false

  async function refill(lane: Lane<Message>): Promise<void> {
    const now = clock.now()
    await lanes.filling(lane, (room) =>
      rows.due(lane.receiver, {
        now,
        heldUntil: now + holdMilliseconds,
        max: Math.min(room, maxTaken),
        inHand: lane.queue.length + lane.running,
      }),
    )
    taken()
  }

  async function look(): Promise<void> {
    await rows.takeBack?.(clock.now())
    let after: string | undefined
    let lag = 0
    while (!closing) {
      const found = await rows.nextReceiver(after)
      if (!found) break
      after = found.receiver
      lag = Math.max(lag, clock.now() - found.dueAt)
      if (found.dueAt <= clock.now()) await refill(lanes.of(after))
    }
    meter.looked(lag)
  }

  function lookOnce(): void {
    looking ??= look()
      .catch(notRead)
      .finally(() => {
        looking = undefined
      })
  }

  return {
    refill: (lane: Lane<Message>): Promise<void> => refill(lane).catch(notRead),
    start(): void {
      stop ??= clock.every(lookMilliseconds, lookOnce)
      lookOnce()
    },
    /** Begins to take nothing more; resolves when no look is under way. */
    async close(): Promise<void> {
      closing = true
      stop?.()
      await looking
    },
  }
}
