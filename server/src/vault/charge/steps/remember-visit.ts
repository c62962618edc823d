import type { Challenge } from '../../model/gateway.ts'
import { type BankVisit, sealVisit } from '../../model/sealed-challenge.ts'
import type { ChargeAttempt } from '../attempt.ts'
import { untilDurable } from '../until-durable.ts'
import type { ChargeContext } from './charge-context.ts'

/** The next process then knows that the customer is at the bank; without it, it only asks the gateway. */
export async function rememberChallenge(
  context: ChargeContext,
  attempt: ChargeAttempt,
  { fields }: Challenge,
): Promise<ChargeAttempt> {
  const { clock, log } = context
  const { guid } = attempt
  const challenged = { ...attempt, challenged: { at: clock.now(), fields } }
  await writeVisit(context, challenged).catch((error) =>
    log.warn({ err: error, capture: guid }, 'a challenge could not be stored'),
  )
  return challenged
}

/**
 * Before the gateway is told: nobody who resumes without it has to wonder whether the gateway was. `undefined` where
 * another server has given the payment up meanwhile, so that the gateway may be told no more.
 */
export async function rememberComeback(
  context: ChargeContext,
  attempt: ChargeAttempt,
  cameBack: BankVisit['cameBack'],
): Promise<ChargeAttempt | undefined> {
  if (!attempt.challenged || !cameBack) return attempt
  const back = { ...attempt, challenged: { ...attempt.challenged, cameBack } }
  return (await untilDurable(() => writeVisit(context, back), context)) === 1 ? back : undefined
}

const writeVisit = (
  { store, rows, sealer }: ChargeContext,
  { idempotencyKey, challenged }: Required<Pick<ChargeAttempt, 'challenged'>> & ChargeAttempt,
): Promise<number> =>
  store.write((tx) =>
    rows.challengeAttempt.run(tx, {
      idempotency_key: idempotencyKey,
      challenged_at: challenged.at,
      sealed_challenge: sealVisit(sealer, idempotencyKey, challenged),
    }),
  )
