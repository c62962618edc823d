import type { RecordEntry } from '../../../audit/record.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Connection } from '../../../store/store.ts'
import { isBelievable, orderedIn } from '../../model/believable-answer.ts'
import type { FollowUpAnswer, FollowUpKind } from '../../model/gateway.ts'
import { sessionInAudit } from '../../model/session-in-audit.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { lateResultOf, voidedResultOf } from '../charge-result.ts'
import { readEndedBefore, writeFurtherResult } from '../further-result.ts'
import { keyOf, type Reversal, sumOf } from './reversal.ts'
import type { ReversalHolds } from './reversal-holds.ts'

interface Writing {
  readonly rows: VaultRows
  readonly clock: Clock
  readonly record: RecordEntry
  readonly holds: Pick<ReversalHolds, 'hold'>
}

/**
 * Writes down what is to be done, before the gateway is asked for it.
 *
 * @returns whether this node is the one that does.
 */
export async function writeReversal(
  { rows, clock, record, holds }: Writing,
  tx: Connection,
  reversal: Reversal,
  kind: FollowUpKind,
): Promise<boolean> {
  const { amountMinor, currency } = sumOf(reversal)
  const key = keyOf(reversal, kind)
  const isFirst = await rows.insertFollowUp.run(tx, {
    idempotency_key: key,
    attempt_key: reversal.idempotencyKey,
    kind,
    reason: reversal.reason,
    amount_minor: amountMinor,
    currency,
    requested_at: clock.now(),
  })
  if (isFirst) {
    const { guid, tenant, gateway, reason } = reversal
    await record(tx, {
      action: kind === 'refund' ? 'payment.refund' : 'payment.void',
      ...sessionInAudit(guid, tenant),
      details: { amountMinor, currency, gateway, order: key, reason },
    })
  }
  return holds.hold(tx, key)
}

/** What the gateway said of a void or a refund; `goesOn`: a refund follows, and is written with it. */
export interface AnsweredReversal {
  readonly kind: FollowUpKind
  readonly answer: FollowUpAnswer
  readonly goesOn: boolean
}

/** Writes it, with the session's new result where it has one, which has to be reported. */
export async function writeAnsweredReversal(
  writing: Writing,
  tx: Connection,
  reversal: Reversal,
  { kind, answer, goesOn }: AnsweredReversal,
): Promise<void> {
  const { rows, clock } = writing
  const { guid, tenant, reason } = reversal
  await rows.lockPayment.first(tx, { key: reversal.idempotencyKey })
  const isFirst = await rows.answerFollowUp.run(tx, {
    idempotency_key: keyOf(reversal, kind),
    answered_at: clock.now(),
    answer: JSON.stringify(answer),
  })
  if (isFirst === 0) return
  await writing.record(tx, {
    action: 'payment.outcome',
    ...sessionInAudit(guid, tenant),
    outcome: answer.status,
    details: { order: keyOf(reversal, kind), kind },
  })
  if (goesOn) {
    await writeReversal(writing, tx, reversal, 'refund')
    return
  }
  const isOnlyToBeVoided = reason === 'cancelled' || (await isNotTaken(rows, tx, reversal))
  if (answer.status === 'refused' && (isOnlyToBeVoided || (await isOfAnotherSum(rows, tx, reversal)))) return
  const before = await readEndedBefore(rows, tx, guid)
  const { end = 'payment-connector-error' } = before
  const result =
    answer.status === 'done'
      ? voidedResultOf(guid, reversal.answer, end)
      : lateResultOf(reversal.answer, { guid, end })
  await writeFurtherResult(rows, tx, result, before)
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
