import type { SessionResult } from '@tonegate/protocol/outcome'
import { within } from '../../../base/within.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import type { Launch } from '../../model/launch.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { givenUpResultOf, movesMoney } from '../charge-result.ts'
import type { ChargeContext } from './charge-context.ts'
import { endSession, maxCancelling } from './end-session.ts'
import { recordLate } from './record-late.ts'

/** The session is cancelled; what its gateway says of the payment decides about the outcome alone. */
export async function concludeCancelled(
  context: ChargeContext,
  attempt: ChargeAttempt,
  launch: Launch,
  decided: Promise<GatewayAnswer | undefined>,
): Promise<SessionResult> {
  const { guid, purpose } = attempt
  const answer = await within(decided, maxCancelling, context.clock)
  const result: SessionResult =
    answer && !movesMoney(purpose, answer)
      ? givenUpResultOf(guid, 'cancelled')
      : { guid, end: 'cancelled', outcome: 'unknown' }
  const ended = await endSession(context, attempt, launch, { result, answer })
  if (!answer) void decided.then((late) => late && recordLate(context, attempt, late))
  return ended
}
