import type { Guid } from '../../../base/guid.ts'
import type { MessageRows } from '../../../store/outbox/message-kind.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { ProviderCallbackTable } from '../../../store/tables.ts'
import type { CallbackRows } from './callback-rows.ts'
import type { Failed } from './post-callback.ts'
import type { HeldSubject, SubjectsInHand } from './subjects-in-hand.ts'

/** An attempt at telling the newest message of a subject; `undefined`: there was nothing to tell. */
export type Told =
  | {
      /** As it was claimed. */
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
  /** Changes a message that is still the newest of its subject; a newer one is due now that this one is over. */
  async function conclude(
    subject: HeldSubject,
    { row }: NonNullable<Told>,
    change: (tx: Connection, claim: { readonly id: Guid; readonly heldUntil: number }) => Promise<number>,
  ): Promise<void> {
    const claim = { id: row.id, heldUntil: row.next_attempt_at }
    const release = { ...subject, ...claim, now: clock.now() }
    await store.write(async (tx) => {
      if ((await change(tx, claim)) === 0) await rows.release.run(tx, release)
    })
  }

  return {
    async takeBack(now) {
      if (await rows.heldByNobody.first(store.reader, {}))
        await store.write((tx) => rows.takeBack.run(tx, { now }))
    },
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
    async done(subject, told) {
      if (!told) return
      await conclude(subject, told, rows.remove.run)
      log.info(saidOf(told.row), 'a callback was delivered')
    },
    async again(subject, told, at) {
      if (!told) return
      if (told.isClosing) return conclude(subject, told, async () => 0)
      await conclude(subject, told, (tx, claim) => rows.putOff.run(tx, { ...claim, next: at }))
      const why = whyOf(told)
      log.warn(
        { ...saidOf(told.row), ...why, againAt: new Date(at).toISOString() },
        `a callback was not delivered: ${why.reason}; it will be sent again`,
      )
    },
    async givenUp(subject, told, now) {
      if (!told) return
      await conclude(subject, told, (tx, claim) => rows.giveUp.run(tx, { ...claim, now }))
      const why = whyOf(told)
      log.error(
        { ...saidOf(told.row), ...why },
        `a callback was abandoned after its last attempt: ${why.reason}; the session’s result can still be read`,
      )
    },
    /** A row is claimed when it is sent, and is due until then. */
    giveBack: async () => {},
    async leaveAlone(subject, until) {
      await store.write((tx) => rows.leaveAlone.run(tx, { ...subject, now: clock.now(), until }))
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
