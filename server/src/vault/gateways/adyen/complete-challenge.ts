import { echoes } from '../../model/echoes.ts'
import type { ChallengeAnswer, Gateway } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { KnownPayment, KnownPayments } from './known-payments.ts'
import { notAuthenticated, readCompleted, submitChallengeDetails } from './submit-challenge-details.ts'

/** What a customer comes back with: of a redirect, and of its older kind. */
const taken = ['redirectResult', 'MD', 'PaRes', 'payload'] as const

/**
 * Goes on when the customer has come back: what came along is handed to Adyen, which authorises then. What is not handed
 * in is never authorised. Whose payment it belongs to only Adyen knows, and says with our reference: the payment that it
 * was handed in for has not been confirmed when that is another one, whose answer is kept for it then.
 *
 * Another process than the one that asked is told what the payment was asked for, and has been told before if anything
 * was handed in.
 */
export function adyenCompleteChallenge(
  calls: AdyenCalls,
  { payments }: { readonly payments: KnownPayments },
): NonNullable<Gateway['completeChallenge']> {
  return async ({ idempotencyKey, answer, asked: told, signal }) => {
    const known = payments.find(idempotencyKey)
    const asked = told ? { idempotencyKey, ...told } : known?.asked
    if (!asked) throw new UnclearAnswer('a challenge without a payment')
    if (known?.answered) {
      const read = await readCompleted(calls, known.answered, { asked, signal })
      payments.forget(idempotencyKey)
      return read
    }
    const details = known?.details ?? detailsOf(answer, known)
    if (Object.keys(details).length === 0) {
      payments.forget(idempotencyKey)
      return notAuthenticated('abandoned')
    }
    const isAgain = known === undefined || known.details !== undefined
    if (known) payments.put(idempotencyKey, { ...known, details })
    const completed = await submitChallengeDetails(calls, details, { asked, payments, isAgain, signal })
    payments.forget(idempotencyKey)
    return completed
  }
}

/** What of the answer is Adyen's; nothing of an answer that is another payment's. */
export function detailsOf(answer: ChallengeAnswer, known: Pick<KnownPayment, 'sent'> | undefined) {
  if (answer === 'abandoned' || (known && !echoes({ fields: known.sent }, answer))) return {}
  return Object.fromEntries(taken.flatMap((name) => (answer[name] ? [[name, answer[name]]] : [])))
}
