import type { Clock } from '../../base/clock.ts'
import { createLanes, type Lane } from '../../base/lanes.ts'
import { createDeliver } from './deliver.ts'
import type { MessageKind, TakenMessage } from './message-kind.ts'
import { createTakeDue, holdMilliseconds } from './take-due.ts'
import { createWorkUnderWay } from './work-under-way.ts'

/** Sends the messages of one kind: at once what this process has written, and everything else when it is due. */
export interface Outbox<Message> {
  /** Until when a message that is written at this moment is held for this process; not in the future: it has no room. */
  heldUntil(receiver: string): number
  /** Sends a message that was written; one that is not held stays where it is until it is due. */
  take(receiver: string, message: Message): void
  /** Begins to send what is due, also what an earlier process has left. */
  start(): void
  /** Lets attempts come to their end for as long as their kind says; gives the rest back. */
  close(): Promise<void>
}

/**
 * Sends messages at least once: one stays in its row until it is done or given up, whatever becomes of the process.
 * Receivers take turns, so that one that does not answer holds up no other, and one that says when to come again is left
 * alone until then. What a process has taken and not brought to an end is due again when its hold runs out.
 */
export function createOutbox<Message extends TakenMessage, Attempt>(
  kind: MessageKind<Message, Attempt>,
  clock: Clock,
): Outbox<Message> {
  const { leastRunning: minRunning } = kind
  const lanes = createLanes<Message>({
    clock,
    roomAgain: sendNext,
    ...(minRunning !== undefined && { minRunning }),
  })
  const work = createWorkUnderWay(kind)
  const takeDue = createTakeDue({ kind, lanes, clock, taken: sendNext })
  const stopping = new AbortController()
  const deliver = createDeliver({ kind, clock, lanes, signal: stopping.signal, ended })
  let closing = false

  function sendNext(): void {
    for (let next = lanes.next(); next; next = lanes.next()) {
      const [lane, message] = next
      const now = clock.now()
      const begun = closing ? kind.rows.giveBack([message], now) : deliver(lane, message, now)
      if (begun) work.add(begun, [message])
      else kind.released?.([message])
    }
  }

  function ended(lane: Lane<Message>): void {
    sendNext()
    if (lanes.wantsMore(lane)) work.add(takeDue.refill(lane), [])
  }

  return {
    heldUntil(receiver) {
      const now = clock.now()
      return !closing && lanes.hasRoom(lanes.of(receiver)) ? now + holdMilliseconds : now
    },
    take(receiver, message) {
      const lane = lanes.of(receiver)
      if (message.heldUntil <= clock.now()) lanes.overflow(lane)
      else lanes.put(lane, [message])
      sendNext()
    },
    start: takeDue.start,
    async close() {
      closing = true
      if (kind.closingMilliseconds === 0) stopping.abort()
      await takeDue.close()
      const stopWaiting = clock.after(kind.closingMilliseconds, () => stopping.abort())
      const left = lanes.empty()
      if (left.length > 0) work.add(kind.rows.giveBack(left, clock.now()), left)
      await work.ended()
      stopWaiting()
    },
  }
}
