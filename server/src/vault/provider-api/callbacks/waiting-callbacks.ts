import type { MessageRows } from '../../../store/outbox/message-kind.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { ProviderCallbackTable } from '../../../store/tables.ts'
import type { CallbackRows } from './callback-rows.ts'
import type { Failed } from './post-callback.ts'
import type { HeldSubject, SubjectsInHand } from './subjects-in-hand.ts'

/** An attempt at telling the newest message of a subject; `undefined`: there was nothing to tell. */
export type Told =
  | {
      readonly row: ProviderCallbackTable
      /** `undefined` when it has arrived. */
      readonly failed: Failed | undefined
      /** The process closes: it may have been broken off. */
      readonly isClosing: boolean
    }
  | undefined

/** Where callbacks wait, as their outbox sees it; what becomes of them is in the log too. */
export function createWaitingCallbacks({
  store,
  clock,
  log,
  rows,
  inHand,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: CallbackRows
  readonly inHand: SubjectsInHand
}): MessageRows<HeldSubject, Told> {
  return {
    async nextReceiver(after = '') {
      const found = await rows.nextReceiver.first(store.reader, { after })
      return found && { receiver: found.receiver, dueAt: found.next_attempt_at }
    },
    /** What is in hand is due as well, until it is told. */
    async due(receiver, { now, max, inHand: count }) {
      const most = max + count
      const found = await rows.due.all(store.reader, { receiver, now, most })
      const items = found
        .map(({ session_guid, item }) => ({ receiver, sessionGuid: session_guid, item }))
        .filter((subject) => !inHand.isHeld(subject))
        .map(inHand.hold)
      return { items, mayBeMore: found.length === most }
    },
    async done(_, told) {
      if (!told) return
      await store.write((tx) => rows.remove.run(tx, { id: told.row.id }))
      log.info(saidOf(told.row), 'a callback was delivered')
    },
    async again(_, told, at) {
      if (!told) return
      await store.write((tx) => rows.putOff.run(tx, { id: told.row.id, next: at }))
      const why = whyOf(told)
      log.warn(
        { ...saidOf(told.row), ...why, againAt: new Date(at).toISOString() },
        `a callback was not delivered: ${why.reason}; it will be sent again`,
      )
    },
    async givenUp(_, told, now) {
      if (!told) return
      await store.write((tx) => rows.giveUp.run(tx, { id: told.row.id, now }))
      const why = whyOf(told)
      log.error(
        { ...saidOf(told.row), ...why },
        `a callback was abandoned after its last attempt: ${why.reason}; the session’s result can still be read`,
      )
    },
    /** A row is due until something has become of it. */
    giveBack: async () => {},
    async leaveAlone(subject, until) {
      const row = await rows.find.first(store.reader, subject)
      if (!row || row.next_attempt_at > clock.now()) return
      await store.write((tx) => rows.leaveAlone.run(tx, { id: row.id, until }))
    },
  }
}

/** What the log says of each attempt. */
export const saidOf = ({ id, session_guid, attempts }: ProviderCallbackTable) => ({
  callback: id,
  capture: session_guid,
  attempts: attempts + 1,
})

function whyOf({ failed }: NonNullable<Told>): Omit<Failed, 'retryAfter'> {
  const { retryAfter: _, ...why } = failed ?? { reason: '' }
  return why
}
