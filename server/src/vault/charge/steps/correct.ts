import type { Connection } from '../../../store/store.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { givenUpResultOf, isUncharged, lateResultOf, movesMoney } from '../charge-result.ts'
import { readEndedBefore, writeFurtherResult } from '../further-result.ts'
import type { Reversal } from '../reversals/reversal.ts'
import type { ChargeContext } from './charge-context.ts'
import { isReversedWhenLate } from './usable-answer.ts'

/** What an answer that came after the end makes of it: a payment that is reversed, or a new result in the session's row. */
export type Correction = Reversal | 'new-result'

/** Puts an answer into a session that has ended without it. No session that says of itself that nothing was charged keeps money. */
export async function correct(
  { rows, failures, reversals }: ChargeContext,
  tx: Connection,
  attempt: ChargeAttempt,
  answer: GatewayAnswer,
): Promise<Correction> {
  const { guid, purpose, charged } = attempt
  const failed = await failures.recordTold(tx, attempt)
  if (failed) return 'new-result'
  const before = await readEndedBefore(rows, tx, guid)
  const { end = 'payment-connector-error' } = before
  if (isReversedWhenLate(attempt, answer) || (isUncharged(end) && movesMoney(purpose, answer))) {
    const reversal: Reversal = { ...attempt, answer, reason: 'late' }
    await reversals.begin(tx, reversal)
    return reversal
  }
  const result = isUncharged(end)
    ? ({ ...givenUpResultOf(guid, end), correction: 'reconciled' } as const)
    : lateResultOf(answer, { guid, end, card: charged?.summary })
  await writeFurtherResult(rows, tx, result, before)
  return 'new-result'
}

/** Does what {@link correct} wrote: reverses the payment, or reports the new result. */
export async function carryOut(
  { log, reversals, report }: ChargeContext,
  { guid }: ChargeAttempt,
  correction: Correction,
): Promise<void> {
  if (correction !== 'new-result') {
    log.warn({ capture: guid }, 'a late approval is being voided')
    await reversals.finish(correction)
    return
  }
  log.info({ capture: guid }, 'an unknown outcome became known')
  await report(guid)
}
