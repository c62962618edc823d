import type { SessionResult } from '@tonegate/protocol/outcome'
import { isBelievable } from '../../model/believable-answer.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import type { Launch } from '../../model/launch.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { resultOf } from '../charge-result.ts'
import type { ChargeContext } from './charge-context.ts'
import { endSession } from './end-session.ts'
import { recordLate } from './record-late.ts'
import { usableAnswer } from './usable-answer.ts'

/** What a gateway said in time, and what it says after that. */
interface Answered {
  readonly answer: GatewayAnswer | undefined
  /** What comes of the question when its answer did not come in time, or cannot be believed. */
  readonly late: Promise<GatewayAnswer | undefined>
}

/** Ends the session with what the gateway said, or with `unknown`; what it says later is then written when it comes. */
export async function concludeOrWait(
  context: ChargeContext,
  attempt: ChargeAttempt,
  launch: Launch,
  { answer, late }: Answered,
): Promise<SessionResult> {
  const believed = answer && isBelievable(answer, attempt.order) ? answer : undefined
  const result = await endSession(context, attempt, launch, {
    result: resultOf(attempt.guid, believed, attempt.charged?.summary),
    answer: believed,
  })
  if (!believed) {
    void late.then((known) => {
      const answer = usableAnswer(context, attempt, known)
      return answer && recordLate(context, attempt, answer)
    })
  }
  return result
}
