import type { ChallengeCompletion, GatewayAnswer } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { KnownPayment, KnownPayments } from './known-payments.ts'
import { readPayment } from './read-payment.ts'

/** What a customer comes back with: of a redirect, and of its older kind. */
const taken = ['redirectResult', 'MD', 'PaRes', 'payload'] as const

/**
 * Goes on when the customer has come back: what came along is handed to Adyen, which authorises then. What is not handed
 * in is never authorised.
 */
export function adyenCompleteChallenge(
  calls: AdyenCalls,
  { payments }: { readonly payments: KnownPayments },
): (completion: ChallengeCompletion) => Promise<GatewayAnswer> {
  return async ({ idempotencyKey, answer, signal }) => {
    const known = payments.find(idempotencyKey)
    if (!known) throw new UnclearAnswer('a challenge of no payment')
    const details =
      answer === 'abandoned'
        ? {}
        : Object.fromEntries(taken.flatMap((name) => (answer[name] ? [[name, answer[name]]] : [])))
    if (known.details === undefined && Object.keys(details).length === 0) {
      payments.forget(idempotencyKey)
      return { status: 'declined', reason: 'authentication-failed', gatewayCode: 'abandoned' }
    }
    const handedIn = { ...known, details: known.details ?? details }
    payments.put(idempotencyKey, handedIn)
    const isAgain = known.details !== undefined
    const read = await handIn(calls, handedIn, { isAgain, idempotencyKey, signal })
    payments.forget(idempotencyKey)
    return read
  }
}

/**
 * Hands in what the customer came back with; again with the same key, Adyen answers the same.
 *
 * @throws {UnclearAnswer} also where it is refused that had been handed in before: it may have been used up then.
 */
export async function handIn(
  calls: AdyenCalls,
  { asked, details }: KnownPayment,
  {
    isAgain,
    idempotencyKey,
    signal,
  }: { readonly isAgain: boolean; readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const answer = await calls.post({
    path: '/payments/details',
    body: Buffer.from(JSON.stringify({ details })),
    idempotencyKey: `${idempotencyKey}-details`,
    timeoutMilliseconds: 120_000,
    signal,
  })
  if (answer.is === 'refusal') {
    if (isAgain || [401, 403, 429].includes(answer.status)) throw new UnclearAnswer(`status ${answer.status}`)
    return { status: 'declined', reason: 'authentication-failed', gatewayCode: answer.errorCode }
  }
  const read = readPayment(answer.object, asked)
  if (read.status === 'challenge') throw new UnclearAnswer('a second challenge')
  return read
}
