import type { SessionResult } from '@tonegate/protocol/outcome'
import { within } from '../../../base/within.ts'
import type { ChallengeAnswer, GatewayAnswer } from '../../model/gateway.ts'
import type { Launch } from '../../model/launch.ts'
import type { ChargeAttempt, Comeback } from '../attempt.ts'
import type { NamedGateway } from '../calls/named-gateway.ts'
import { endOfRow } from '../end-of-row.ts'
import { orAskAgain, reconcile } from './ask-again.ts'
import type { ChargeContext } from './charge-context.ts'
import { concludeOrWait } from './conclude.ts'
import { concludeCancelled } from './conclude-cancelled.ts'
import { rememberComeback } from './remember-visit.ts'
import { usableAnswer } from './usable-answer.ts'

/** Waits for the customer, goes on with the payment by what they come back with, and ends the session with what comes of it. */
export async function waitForBank(
  context: ChargeContext,
  challenged: ChargeAttempt,
  launch: Launch,
  waitForCustomer: (decided: Promise<void>) => Promise<Comeback>,
): Promise<SessionResult> {
  const told = askWhenTold(context, challenged)
  const comeback = await waitForCustomer(told.decided).finally(told.forget)
  if (comeback === 'decided') {
    const answer = told.answer()
    return concludeOrWait(context, challenged, launch, { answer, late: Promise.resolve(answer) })
  }
  const named = await context.calls.find(challenged.tenant, challenged.gateway)
  if (comeback === 'cancelled') {
    const givenUp: ChargeAttempt = { ...challenged, lateApproval: 'void' }
    return concludeCancelled(context, givenUp, launch, complete(context, named, givenUp, 'abandoned'))
  }
  const cameBack = comeback === 'abandoned' ? undefined : comeback
  const attempt = await rememberComeback(context, challenged, cameBack)
  if (!attempt) return endOfRow(challenged.guid, context)
  const decided = complete(context, named, attempt, comeback)
  const answer = await within(decided, launch.flow.gatewayTimeoutSeconds * 1000, context.clock)
  return concludeOrWait(context, attempt, launch, { answer, late: decided })
}

/** Tells the gateway what the customer came back with, or that the payment is given up. */
function complete(
  context: ChargeContext,
  named: NamedGateway,
  attempt: ChargeAttempt,
  answer: ChallengeAnswer,
): Promise<GatewayAnswer | undefined> {
  const { idempotencyKey, purpose, order } = attempt
  const asked = context.calls.completeChallenge(named, { idempotencyKey, answer, asked: { purpose, order } })
  return orAskAgain(context, asked, named, attempt)
}

/** While a customer is at the bank: what the gateway says of the payment when it has told that there is something. */
function askWhenTold(context: ChargeContext, attempt: ChargeAttempt) {
  const { atBank } = context
  const { idempotencyKey } = attempt
  const { promise: decided, resolve } = Promise.withResolvers<void>()
  let known: GatewayAnswer | undefined
  atBank.set(idempotencyKey, async () => {
    const answer = usableAnswer(context, attempt, await reconcile(context, attempt))
    if (!answer) return
    known ??= answer
    resolve()
  })
  return { decided, answer: () => known, forget: () => void atBank.delete(idempotencyKey) }
}
