import type { GatewayAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { KnownPayments } from './known-payments.ts'
import { type Asked, readKnownPayment } from './read-payment.ts'
import { releasePart } from './release-part.ts'

/** Adyen authorises while it is waited for. */
const patience = 120_000

/**
 * Submits what the customer came back with; again with the same key, Adyen answers the same.
 *
 * @param isAgain whether it may have been submitted before.
 * @throws {UnclearAnswer} also where what may have been submitted before is refused, and Adyen did not look whether it
 *   was: it may have been used up then.
 */
export async function submitChallengeDetails(
  calls: AdyenCalls,
  details: Readonly<Record<string, string>>,
  {
    asked,
    payments,
    isAgain,
    signal,
  }: {
    readonly asked: Asked
    readonly payments: KnownPayments
    readonly isAgain: boolean
    readonly signal: AbortSignal
  },
): Promise<GatewayAnswer> {
  const { idempotencyKey } = asked
  const answer = await calls.post({
    path: '/payments/details',
    body: Buffer.from(JSON.stringify({ details })),
    idempotencyKey: `${idempotencyKey}-details`,
    timeoutMilliseconds: patience,
    signal,
  })
  if (answer.is === 'not-begun') {
    if (isAgain) throw new UnclearAnswer('not begun')
    return { status: 'error', gatewayCode: answer.errorCode }
  }
  if (answer.is === 'refusal') {
    const isDecision = ![401, 403, 429].includes(answer.status)
    if (!isDecision || (isAgain && !answer.isKeyed)) throw new UnclearAnswer(`status ${answer.status}`)
    return notAuthenticated(answer.errorCode)
  }
  const reference = textIn(answer.object, 'merchantReference')
  if (reference === undefined) throw new UnclearAnswer('a payment that is not named')
  if (reference === idempotencyKey) return readCompleted(calls, answer.object, { asked, signal })
  const other = payments.find(reference)
  if (other) payments.put(reference, { ...other, answered: answer.object })
  return notAuthenticated('another-payment')
}

/** @throws {UnclearAnswer} */
export async function readCompleted(
  calls: AdyenCalls,
  payment: Json,
  { asked, signal }: { readonly asked: Asked; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const read = readKnownPayment(payment, asked)
  if (read.status === 'challenge') throw new UnclearAnswer('a second challenge')
  return read.status === 'part' ? releasePart(calls, read, { ...asked, signal }) : read
}

export const notAuthenticated = (gatewayCode: string): GatewayAnswer => ({
  status: 'declined',
  reason: 'authentication-failed',
  gatewayCode,
})
