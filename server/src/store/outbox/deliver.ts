import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock } from '../../base/clock.ts'
import type { createLanes, Lane } from '../../base/lanes.ts'
import { type DeliveryOutcome, noDeliveryMeter } from './delivery-meter.ts'
import type { MessageKind, MessageRows, TakenMessage, Verdict } from './message-kind.ts'

/** An attempt is begun only with so much of the hold left beside the longest that it may take. */
const spareMilliseconds = 5_000
const maxQuiet = 10_000

/**
 * Does with a message whose turn it is what is to be done. `undefined`: its hold is nearly over, and whoever takes it next
 * sends it.
 */
export type Deliver<Message> = (
  lane: Lane<Message>,
  message: Message,
  now: number,
) => Promise<void> | undefined

/**
 * @param signal the process closes, and waits no longer.
 * @param ended an attempt of a receiver has come to its end.
 */
export function createDeliver<Message extends TakenMessage, Attempt>({
  kind,
  clock,
  lanes,
  signal,
  ended,
}: {
  readonly kind: MessageKind<Message, Attempt>
  readonly clock: Clock
  readonly lanes: Pick<ReturnType<typeof createLanes<Message>>, 'begin'>
  readonly signal: AbortSignal
  readonly ended: (lane: Lane<Message>) => void
}): Deliver<Message> {
  const { rows, meter = noDeliveryMeter } = kind
  const neededMilliseconds = kind.attemptMilliseconds + spareMilliseconds
  /** Receivers that want to be left alone for a while, and until when. */
  const quietUntil = createBoundedCache<string, number>(maxQuiet)

  async function deliver(lane: Lane<Message>, message: Message): Promise<void> {
    const turn = lanes.begin(lane)
    const since = clock.elapsed()
    let isDone = false
    let written: Promise<void> | undefined
    try {
      const attempt = await kind.send(message, signal)
      const now = clock.now()
      const verdict = kind.verdict(message, attempt, now)
      const outcome = outcomeOf(verdict)
      isDone = outcome === 'delivered'
      meter.attempted(outcome, clock.elapsed() - since)
      const { retryAfter = 0 } = 'retryAfter' in verdict ? verdict : {}
      if (retryAfter > 0) quietUntil.set(lane.receiver, now + retryAfter)
      written = conclude(rows, message, { attempt, verdict, now })
    } finally {
      turn.end(isDone)
      ended(lane)
    }
    await written
  }

  return (lane, message, now) => {
    if (kind.isOver(message, now)) {
      meter.attempted('given-up', 0)
      return rows.givenUp(message, undefined, now)
    }
    const quiet = quietUntil.get(lane.receiver) ?? 0
    if (now < quiet) return rows.leaveAlone(message, quiet)
    return message.heldUntil - now < neededMilliseconds ? undefined : deliver(lane, message)
  }
}

function outcomeOf(verdict: Verdict): DeliveryOutcome {
  switch (verdict.is) {
    case 'done':
      return 'delivered'
    case 'again':
      return verdict.isGood ? 'delivered' : 'retried'
    case 'given up':
      return 'given-up'
    case 'not sent':
      return 'not-sent'
  }
}

/** Writes what an attempt came to. */
function conclude<Message, Attempt>(
  rows: MessageRows<Message, Attempt>,
  message: Message,
  { attempt, verdict, now }: { readonly attempt: Attempt; readonly verdict: Verdict; readonly now: number },
): Promise<void> {
  switch (verdict.is) {
    case 'done':
      return rows.done(message, attempt, now)
    case 'given up':
      return rows.givenUp(message, attempt, now)
    case 'again': {
      const pause = Math.max(verdict.pause, verdict.retryAfter ?? 0)
      return rows.again(message, attempt, Math.min(now + pause, verdict.until))
    }
    case 'not sent':
      return rows.giveBack([message], now)
  }
}
