import type { Connection } from '../../../store/store.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import { sessionInAudit } from '../../model/session-in-audit.ts'
import type { ChargeAttempt } from '../attempt.ts'
import type { ChargeContext } from './charge-context.ts'

/** The first answer that is written counts: false where there is one. The card that it keeps is remembered with it. */
export async function writeAnswer(
  { rows, clock, record, keptCards }: ChargeContext,
  tx: Connection,
  attempt: ChargeAttempt,
  answer: GatewayAnswer,
): Promise<boolean> {
  const { guid, idempotencyKey, tenant, gateway, charged } = attempt
  const changes = await rows.answerAttempt.run(tx, answered(idempotencyKey, answer, clock.now()))
  if (changes === 0) return false
  await record(tx, {
    action: 'payment.outcome',
    ...sessionInAudit(guid, tenant),
    outcome: answer.status,
    details: { order: idempotencyKey, kind: 'charge' },
  })
  const token = 'token' in answer ? answer.token : undefined
  if (token !== undefined) await keptCards.keep(tx, { tenant, gateway, token, card: charged?.summary })
  return true
}

/** Without the token of the card that it made: that is told in the result, and kept nowhere as it is. */
const answered = (idempotency_key: string, answer: GatewayAnswer, answered_at: number) => ({
  idempotency_key,
  answered_at,
  answer: JSON.stringify('token' in answer ? { ...answer, token: undefined } : answer),
})
