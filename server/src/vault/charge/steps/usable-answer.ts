import { isBelievable } from '../../model/believable-answer.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { movesMoney } from '../charge-result.ts'
import type { ChargeContext } from './charge-context.ts'

/** An answer that the outcome can be told by. Another sum than the order's is none; but it can be reversed. */
export function usableAnswer(
  { log }: ChargeContext,
  attempt: ChargeAttempt,
  answer: GatewayAnswer | undefined,
): GatewayAnswer | undefined {
  if (!answer || isBelievable(answer, attempt.order) || isReversedWhenLate(attempt, answer)) return answer
  const { guid, gateway } = attempt
  log.error({ capture: guid, gateway }, 'a gateway answered with a different amount from the order’s')
  return undefined
}

/** Whether the flow wants an approval reversed that came after the end of its session. */
export const isReversedWhenLate = (
  { lateApproval, purpose }: ChargeAttempt,
  answer: GatewayAnswer,
): answer is Extract<GatewayAnswer, { captured: boolean }> =>
  lateApproval === 'void' && movesMoney(purpose, answer)
