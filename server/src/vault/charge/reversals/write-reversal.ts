import type { Clock } from '../../../base/clock.ts'
import type { Connection } from '../../../store/store.ts'
import { isBelievable, orderedIn } from '../../model/believable-answer.ts'
import type { FollowUpAnswer, FollowUpKind } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { lateResultOf, voidedResultOf } from '../charge-result.ts'
import { readEndedBefore, writeFurtherResult } from '../further-result.ts'
import { keyOf, type Reversal, sumOf } from './reversal.ts'

interface Writing {
  readonly rows: VaultRows
  readonly clock: Clock
}

/** Writes down what is to be done, before the gateway is asked for it. */
export function writeReversal(
  { rows, clock }: Writing,
  tx: Connection,
  reversal: Reversal,
  kind: FollowUpKind,
): Promise<number> {
  const { amountMinor, currency } = sumOf(reversal)
  return rows.insertFollowUp.run(tx, {
    idempotency_key: keyOf(reversal, kind),
    attempt_key: reversal.idempotencyKey,
    kind,
    reason: reversal.reason,
    amount_minor: amountMinor,
    currency,
    requested_at: clock.now(),
  })
}

/** What the gateway said of a void or a refund; `goesOn`: a refund follows, and is written with it. */
export interface AnsweredReversal {
  readonly kind: FollowUpKind
  readonly answer: FollowUpAnswer
  readonly goesOn: boolean
}

/** Whether the session has a new result, which has to be reported. */
export async function writeAnsweredReversal(
  { rows, clock }: Writing,
  tx: Connection,
  reversal: Reversal,
  { kind, answer, goesOn }: AnsweredReversal,
): Promise<boolean> {
  const { guid, reason } = reversal
  await rows.lockPayment.first(tx, { key: reversal.idempotencyKey })
  const isFirst = await rows.answerFollowUp.run(tx, {
    idempotency_key: keyOf(reversal, kind),
    answered_at: clock.now(),
    answer: JSON.stringify(answer),
  })
  if (isFirst === 0) return false
  if (goesOn) {
    await writeReversal({ rows, clock }, tx, reversal, 'refund')
    return false
  }
  const isOnlyToBeVoided = reason === 'cancelled' || (await isNotTaken(rows, tx, reversal))
  if (answer.status === 'refused' && (isOnlyToBeVoided || (await isOfAnotherSum(rows, tx, reversal))))
    return false
  const before = await readEndedBefore(rows, tx, guid)
  const { end = 'payment-connector-error' } = before
  const result =
    answer.status === 'done'
      ? voidedResultOf(guid, reversal.answer, end)
      : lateResultOf(reversal.answer, { guid, end })
  await writeFurtherResult(rows, tx, result, before)
  return true
}

/** Whether the gateway was to take the payment by itself and has told that it could not: there is nothing to reverse. */
async function isNotTaken(rows: VaultRows, tx: Connection, { idempotencyKey }: Reversal): Promise<boolean> {
  const orders = await rows.followUps.all(tx, { attempt_key: idempotencyKey })
  return orders.some((each) => each.reason === 'gateway')
}

/** Whether its gateway authorised another sum than the one that was ordered: no such payment is ever approved. */
async function isOfAnotherSum(
  rows: VaultRows,
  tx: Connection,
  { idempotencyKey: key, tenant, gateway, answer }: Reversal,
): Promise<boolean> {
  const attempt = await rows.attemptOf.first(tx, { key, tenant, gateway })
  return attempt !== undefined && !isBelievable(answer, orderedIn(attempt))
}
