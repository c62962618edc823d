import type { Guid } from '../../../base/guid.ts'
import type { OutgoingByAddress } from '../../../base/outgoing/outgoing-by-address.ts'
import type { DeliveryMeter } from '../../../store/outbox/delivery-meter.ts'
import { createOutbox } from '../../../store/outbox/outbox.ts'
import { holdMilliseconds } from '../../../store/outbox/take-due.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { ProviderCallbackTable } from '../../../store/tables.ts'
import { createCallbackKind } from './callback-kind.ts'
import { prepareCallbackRows } from './callback-rows.ts'
import { type CallbackMessage, createCallbackSeal } from './callback-seal.ts'
import { answerMilliseconds } from './post-callback.ts'
import { createSubjectsInHand, type Subject } from './subjects-in-hand.ts'

export type Callbacks = ReturnType<typeof createCallbacks>

/**
 * Tells servers what became of sessions, at least once: a message stays in its row until a 2xx comes back, for twelve
 * hours, with growing pauses, and then waits for somebody to look at it; a receiver that answers 410 ends that at once.
 * Of one session, or of one of its items, a message is under way at a time, and a newer one takes the place of one that has
 * not arrived. Receivers take turns, so that one that does not answer holds up nobody else's; and one that says when to
 * come again is left alone until then.
 */
export function createCallbacks(
  parts: Pick<StoreParts, 'store' | 'sealer' | 'newGuid' | 'clock' | 'random' | 'log' | 'tracer'> & {
    readonly outgoing: OutgoingByAddress
    readonly callbackMeter?: DeliveryMeter
  },
) {
  const { store, newGuid, clock } = parts
  const rows = prepareCallbackRows(store)
  const seal = createCallbackSeal(parts.sealer)
  const inHand = createSubjectsInHand(take)
  const outbox = createOutbox(createCallbackKind({ ...parts, rows, seal, inHand }), clock)

  function take(subject: Subject): void {
    if (inHand.isHeld(subject)) {
      inHand.news(subject)
      return
    }
    const heldUntil = outbox.heldUntil(subject.receiver)
    const isHeld = heldUntil > clock.now()
    outbox.take(subject.receiver, isHeld ? inHand.hold(subject) : { ...subject, heldUntil })
  }

  return {
    /**
     * Puts what is to be told of a tenant's session in the place of what has not arrived, in the transaction that writes
     * what it tells of.
     *
     * @returns sends it at once, when the transaction has been committed.
     */
    async put(tx: Connection, { tenant, sessionGuid, messages }: PutCallbacks): Promise<() => void> {
      const now = clock.now()
      const older = await rows.removeAll.all(tx, { sessionGuid })
      const put = messages.map((message) => {
        const { item } = message
        const id = newGuid()
        const receiver = `${tenant} ${new URL(message.url).origin}`
        const sealed = seal.seal(id, message)
        const due = dueAfter(
          older.find((each) => each.item === item),
          now,
        )
        return { id, sessionGuid, item, receiver, sealed, now, ...due }
      })
      for (const row of put) await rows.insert.run(tx, row)
      return () => {
        for (const { receiver, item } of put) take({ receiver, sessionGuid, item })
      }
    },
    /** Sends what waits, and goes on doing so. */
    start: outbox.start,
    /** Whoever is to be told knows it already: by asking. @param which those that are tried no more, or any. */
    withdraw: (sessionGuid: Guid, which: 'given up' | 'any') =>
      store.write((tx) => (which === 'any' ? rows.removeAll : rows.removeGivenUp).run(tx, { sessionGuid })),
    /** Begins nothing more; what is under way and gets no answer is sent again by the next process. */
    close: outbox.close,
  }
}

/**
 * When a message is due that takes the place of an older one: at once, but for an older one that may be under way, here or at
 * another server. That is told first, or nobody would know which of them arrives last.
 */
function dueAfter(
  older: Pick<ProviderCallbackTable, 'next_attempt_at' | 'given_up_at' | 'held_by'> | undefined,
  now: number,
): { readonly due: number; readonly heldBy: ProviderCallbackTable['held_by'] } {
  const atOnce = { due: now, heldBy: null }
  if (!older || older.given_up_at !== null) return atOnce
  const left = older.next_attempt_at - now
  const mayBeUnderWay = left <= holdMilliseconds && left > holdMilliseconds - answerMilliseconds
  return mayBeUnderWay ? { due: older.next_attempt_at, heldBy: older.held_by } : atOnce
}

interface PutCallbacks {
  readonly tenant: number
  readonly sessionGuid: Guid
  /** Each of another item. */
  readonly messages: readonly CallbackMessage[]
}
