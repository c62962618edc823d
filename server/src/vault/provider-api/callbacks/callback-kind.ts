import type { OutgoingByAddress } from '../../../base/outgoing/outgoing-by-address.ts'
import type { Random } from '../../../base/random.ts'
import type { DeliveryMeter } from '../../../store/outbox/delivery-meter.ts'
import type { MessageKind, Verdict } from '../../../store/outbox/message-kind.ts'
import { spread } from '../../../store/outbox/spread.ts'
import { holdMilliseconds } from '../../../store/outbox/take-due.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { ProviderCallbackTable } from '../../../store/tables.ts'
import type { CallbackRows } from './callback-rows.ts'
import type { CallbackSeal } from './callback-seal.ts'
import { answerMilliseconds, createPostCallback, type Failed, isGone } from './post-callback.ts'
import type { HeldSubject, SubjectsInHand } from './subjects-in-hand.ts'
import { createWaitingCallbacks, saidOf, type Told } from './waiting-callbacks.ts'

const firstPause = 5_000
const maxPause = 30 * 60_000
/** A callback is given up so long after it was put. */
const maxMilliseconds = 12 * 3_600_000

/** The callbacks of sessions, as a kind of message. */
export function createCallbackKind(
  parts: Pick<StoreParts, 'store' | 'clock' | 'random' | 'log' | 'tracer'> & {
    readonly outgoing: OutgoingByAddress
    readonly rows: CallbackRows
    readonly seal: CallbackSeal
    readonly inHand: SubjectsInHand
    readonly callbackMeter?: DeliveryMeter
  },
): MessageKind<HeldSubject, Told> {
  const { store, clock, random, log, rows, seal, inHand } = parts
  const post = createPostCallback(parts)

  async function send(subject: HeldSubject, signal: AbortSignal): Promise<Told> {
    const now = clock.now()
    const claim = { ...subject, now, heldUntil: now + holdMilliseconds, node: store.nodeId }
    const row = await store.write((tx) => rows.claim.first(tx, claim))
    if (!row) return undefined
    const failed = await postRow(row, signal).catch((error): Failed => {
      log.error({ err: error, ...saidOf(row) }, 'a callback could not be created')
      return { reason: 'it could not be created; see the previous line' }
    })
    return { row, failed, isClosing: signal.aborted }
  }

  const postRow = async ({ id, sealed_message }: ProviderCallbackTable, signal: AbortSignal) =>
    post(id, seal.open(id, sealed_message), signal)

  function verdict(_: HeldSubject, told: Told, now: number): Verdict {
    if (!told) return { is: 'not sent' }
    const { row, failed, isClosing } = told
    if (!failed) return { is: 'done' }
    if (isClosing) return { is: 'again', pause: 0, until: now }
    const { retryAfter } = failed
    const until = row.created_at + maxMilliseconds
    if (isGone(failed) || now >= until) return { is: 'given up', retryAfter }
    return { is: 'again', pause: pauseAfter(row.attempts, random), retryAfter, until }
  }

  return {
    rows: createWaitingCallbacks(parts),
    meter: parts.callbackMeter,
    attemptMilliseconds: answerMilliseconds,
    closingMilliseconds: 0,
    isOver: () => false,
    send,
    verdict,
    released(subjects) {
      for (const subject of subjects) inHand.release(subject)
    },
    failed(error, subjects) {
      for (const subject of subjects) {
        log.error(
          { err: error, capture: subject.sessionGuid },
          'a callback’s delivery result could not be stored; it will be sent again',
        )
        clock.after(firstPause, () => inHand.release(subject))
      }
    },
    notRead: (error) => log.error({ err: error }, 'due callbacks could not be read'),
  }
}

/** Doubles, up to half an hour, and is spread by a half to either side. */
const pauseAfter = (attempts: number, random: Random): number =>
  spread(Math.min(maxPause, firstPause * 2 ** Math.min(attempts, 20)), 0.5, random)
