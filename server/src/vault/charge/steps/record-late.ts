import type { GatewayAnswer } from '../../model/gateway.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { untilDurable } from '../until-durable.ts'
import type { ChargeContext } from './charge-context.ts'
import { carryOut, correct } from './correct.ts'
import { writeAnswer } from './write-answer.ts'

/**
 * Writes an answer that came after the end of its session. What cannot be written because the process is closing is found
 * again by the next one.
 */
export async function recordLate(
  context: ChargeContext,
  attempt: ChargeAttempt,
  answer: GatewayAnswer,
): Promise<void> {
  const { log, track } = context
  await track(record(context, attempt, answer)).catch((error) =>
    log.error({ err: error, capture: attempt.guid }, 'a late outcome could not be recorded'),
  )
}

async function record(context: ChargeContext, attempt: ChargeAttempt, answer: GatewayAnswer): Promise<void> {
  const { store, report } = context
  const write = () =>
    store.write(async (tx) => {
      if (await writeAnswer(context, tx, attempt, answer)) return correct(context, tx, attempt, answer)
    })
  const correction = await untilDurable(write, context)
  if (!correction) await report(attempt.guid)
  else if (correction === 'new-result') await carryOut(context, attempt, correction)
  else void carryOut(context, attempt, correction)
}
