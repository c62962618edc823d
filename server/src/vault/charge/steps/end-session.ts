import type { SessionResult } from '@tonegate/protocol/outcome'
import { within } from '../../../base/within.ts'
import { sealChargedCard } from '../../fields/sealed-card.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import type { Launch } from '../../model/launch.ts'
import { sessionInAudit } from '../../model/session-in-audit.ts'
import { kindOfSession } from '../../model/session-meter.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { isUncharged } from '../charge-result.ts'
import { endOfRow } from '../end-of-row.ts'
import { endingOf } from '../ending.ts'
import { untilDurable } from '../until-durable.ts'
import type { ChargeContext } from './charge-context.ts'
import { carryOut, correct } from './correct.ts'
import { writeAnswer } from './write-answer.ts'

/** So long whoever cancels waits for what the gateway says of the payment that is given up, and of reversing it. */
export const maxCancelling = 4_000

/** How a session ends: its result, and the answer that it is of where the gateway has given one. */
interface SessionEnd {
  readonly result: SessionResult
  readonly answer: GatewayAnswer | undefined
}

/**
 * Ends the session, with the answer in the same transaction.
 *
 * @returns the end that the row has then; another server may have written it.
 */
export async function endSession(
  context: ChargeContext,
  attempt: ChargeAttempt,
  launch: Launch,
  { result, answer }: SessionEnd,
): Promise<SessionResult> {
  const { store, rows, record, sealer, clock, log, failures, reconciliation, track } = context
  const { guid, idempotencyKey, charged } = attempt
  const ended = {
    guid,
    ended_at: clock.now(),
    result: JSON.stringify(result),
    ending: endingOf(result, launch),
    sealed_fields: !answer && charged ? sealChargedCard(sealer, guid, charged) : null,
  }
  const write = () =>
    store.write(async (tx) => {
      if (answer && !(await writeAnswer(context, tx, attempt, answer))) return
      if (isUncharged(result.end)) await rows.voidIfApproved.run(tx, { idempotency_key: idempotencyKey })
      const isOurs = (await rows.endSession.run(tx, ended)) === 1
      const entry = {
        action: 'session.end',
        ...sessionInAudit(guid, attempt.tenant),
        outcome: result.end,
      } as const
      if (isOurs) await record(tx, entry)
      if (!answer && isOurs) await reconciliation.watch(tx, attempt)
      if (answer && (!isOurs || result.outcome === 'unknown')) return correct(context, tx, attempt, answer)
      if (answer) await failures.recordTold(tx, attempt)
    })
  const correction = await untilDurable(write, context)
  // What was told of it meanwhile is looked at now; where that cannot be read, in the next round.
  if (!answer) void track(reconciliation.sweep()).catch(() => {})
  if (correction) await within(carryOut(context, attempt, correction), maxCancelling, clock)
  const known = await endOfRow(guid, context)
  context.sessionMeter?.ended(kindOfSession(launch), known)
  log.info({ capture: guid, end: known.end, outcome: known.outcome }, 'a capture session ended')
  return known
}
