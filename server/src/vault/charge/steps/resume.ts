import type { SessionResult } from '@tonegate/protocol/outcome'
import { within } from '../../../base/within.ts'
import type { Launch } from '../../model/launch.ts'
import type { Challenged, ChargeAttempt } from '../attempt.ts'
import { reconcile } from './ask-again.ts'
import { waitForBank } from './at-bank.ts'
import type { ChargeContext } from './charge-context.ts'
import { concludeOrWait } from './conclude.ts'

/** Goes on with a charge that the process before this one began: asks what became of it, or waits for its customer. */
export async function resume(
  context: ChargeContext,
  attempt: ChargeAttempt,
  launch: Launch,
  challenged: Challenged,
): Promise<SessionResult> {
  const found = reconcile(context, attempt)
  const answer = await within(found, launch.flow.gatewayTimeoutSeconds * 1000, context.clock)
  const { challenged: before } = attempt
  if (answer || before === undefined) {
    return concludeOrWait(context, attempt, launch, { answer, late: found })
  }
  const { cameBack } = before
  if (cameBack) return waitForBank(context, attempt, launch, async () => cameBack)
  const endsAt = before.at + launch.flow.challengeSeconds * 1000
  return waitForBank(context, attempt, launch, (decided) => challenged(before.fields, endsAt, decided))
}
