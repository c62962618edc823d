import type { GatewayAnswer } from '../../model/gateway.ts'
import type { ChargeAttempt } from '../attempt.ts'
import type { NamedGateway } from '../calls/named-gateway.ts'
import { movesMoney } from '../charge-result.ts'
import type { ChargeContext } from './charge-context.ts'

/** Asks the gateway of a payment what became of it; `undefined`: nobody knows yet. */
export async function reconcile(
  context: ChargeContext,
  attempt: ChargeAttempt,
): Promise<GatewayAnswer | undefined> {
  return askAgain(context, await context.calls.find(attempt.tenant, attempt.gateway), attempt)
}

/** A gateway that failed while it was asked is asked at once what became of it. */
export async function orAskAgain<Answer>(
  context: ChargeContext,
  asked: Promise<Answer | undefined>,
  named: NamedGateway,
  attempt: ChargeAttempt,
): Promise<Answer | GatewayAnswer | undefined> {
  return (await asked) ?? askAgain(context, named, attempt)
}

/** A gateway that cannot be asked is told its own words again; of several one that speaks of money counts. */
async function askAgain(
  { store, rows, calls }: ChargeContext,
  named: NamedGateway,
  attempt: ChargeAttempt,
): Promise<GatewayAnswer | undefined> {
  const { idempotencyKey, purpose, order, requestedAt, lateApproval } = attempt
  const cameBack = attempt.challenged?.cameBack
  const wasSent = attempt.challenged !== undefined
  const asked = {
    idempotencyKey,
    purpose,
    order,
    requestedAt,
    lateApproval,
    wasSent,
    ...(cameBack && { cameBack }),
  }
  const words = await rows.told.all(store.reader, { attempt_key: idempotencyKey }).catch(() => [])
  if (words.length === 0) return calls.reconcile(named, asked)
  const answers: GatewayAnswer[] = []
  for (const { tells } of words) {
    const answer = await calls.reconcile(named, { ...asked, ...(tells !== null && { told: tells }) })
    if (answer) answers.push(answer)
  }
  return answers.find((answer) => movesMoney(purpose, answer)) ?? answers.at(-1)
}
