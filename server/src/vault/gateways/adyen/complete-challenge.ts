import { echoes } from '../../echoes.ts'
import type { ChallengeCompletion, GatewayAnswer } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { KnownPayment, KnownPayments } from './known-payments.ts'
import { readKnownPayment } from './read-payment.ts'

/** What a customer comes back with: of a redirect, and of its older kind. */
const taken = ['redirectResult', 'MD', 'PaRes', 'payload'] as const

/**
 * Goes on when the customer has come back: what came along is handed to Adyen, which authorises then. What is not handed
 * in is never authorised. Whose payment it belongs to only Adyen knows, and says with our reference: the payment that it
 * was handed in for has not been confirmed when that is another one, whose answer is kept for it then.
 */
export function adyenCompleteChallenge(
  calls: AdyenCalls,
  { payments }: { readonly payments: KnownPayments },
): (completion: ChallengeCompletion) => Promise<GatewayAnswer> {
  return async ({ idempotencyKey, answer, signal }) => {
    const known = payments.find(idempotencyKey)
    if (!known) throw new UnclearAnswer('a challenge of no payment')
    const isOwn = answer !== 'abandoned' && echoes({ fields: known.sent }, answer)
    const details = isOwn
      ? Object.fromEntries(taken.flatMap((name) => (answer[name] ? [[name, answer[name]]] : [])))
      : {}
    const completed = await complete(known, details)
    payments.forget(idempotencyKey)
    return completed

    async function complete(
      before: KnownPayment,
      given: Readonly<Record<string, string>>,
    ): Promise<GatewayAnswer> {
      if (before.answered) return readCompleted(before.answered, before)
      if (before.details === undefined && Object.keys(given).length === 0)
        return notAuthenticated('abandoned')
      const handedIn = { ...before, details: before.details ?? given }
      payments.put(idempotencyKey, handedIn)
      const isAgain = before.details !== undefined
      return handIn(calls, handedIn, { payments, isAgain, idempotencyKey, signal })
    }
  }
}

/**
 * Hands in what the customer came back with; again with the same key, Adyen answers the same.
 *
 * @throws {UnclearAnswer} also where it is refused that had been handed in before: it may have been used up then.
 */
export async function handIn(
  calls: AdyenCalls,
  known: KnownPayment,
  {
    payments,
    isAgain,
    idempotencyKey,
    signal,
  }: {
    readonly payments: KnownPayments
    readonly isAgain: boolean
    readonly idempotencyKey: string
    readonly signal: AbortSignal
  },
): Promise<GatewayAnswer> {
  const { details } = known
  const answer = await calls.post({
    path: '/payments/details',
    body: Buffer.from(JSON.stringify({ details })),
    idempotencyKey: `${idempotencyKey}-details`,
    timeoutMilliseconds: 120_000,
    signal,
  })
  if (answer.is === 'refusal') {
    if (isAgain || [401, 403, 429].includes(answer.status)) throw new UnclearAnswer(`status ${answer.status}`)
    return notAuthenticated(answer.errorCode)
  }
  const reference = textIn(answer.object, 'merchantReference')
  if (reference === undefined) throw new UnclearAnswer('a payment that is not named')
  if (reference === idempotencyKey) return readCompleted(answer.object, known)
  const other = payments.find(reference)
  if (other) payments.put(reference, { ...other, answered: answer.object })
  return notAuthenticated('another-payment')
}

/** @throws {UnclearAnswer} */
export function readCompleted(payment: Json, { asked }: Pick<KnownPayment, 'asked'>): GatewayAnswer {
  const read = readKnownPayment(payment, asked)
  if (read.status === 'challenge') throw new UnclearAnswer('a second challenge')
  return read
}

const notAuthenticated = (gatewayCode: string): GatewayAnswer => ({
  status: 'declined',
  reason: 'authentication-failed',
  gatewayCode,
})
