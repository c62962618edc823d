import type { AuthorisationRequest, GatewayAnswer, GatewayChallenge } from '../../model/gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { KnownPayments } from './known-payments.ts'
import { readPayment } from './read-payment.ts'
import { releasePart } from './release-part.ts'

const patienceBeyondTheFlow = 60_000

/** Asks for a payment by `/payments`, once. */
export async function askForPayment(
  calls: AdyenCalls,
  request: Omit<AuthorisationRequest, 'card'>,
  { body, payments }: { readonly body: Buffer; readonly payments: KnownPayments },
): Promise<GatewayAnswer | GatewayChallenge> {
  const { idempotencyKey, purpose, order, timeoutSeconds, signal } = request
  const answer = await calls.post({
    path: '/payments',
    body,
    idempotencyKey,
    timeoutMilliseconds: timeoutSeconds * 1000 + patienceBeyondTheFlow,
    signal,
  })
  if (answer.is !== 'object') return { status: 'error', gatewayCode: answer.errorCode }
  const asked = { idempotencyKey, purpose, order }
  const read = readPayment(answer.object, asked)
  if (read.status === 'part') return releasePart(calls, read, { ...asked, signal })
  if (read.status !== 'challenge') return read
  // Adyen authorises when the customer's answer is handed in, and never without it.
  if (request.challengeReturnUrl === undefined) return notAuthenticated
  payments.put(idempotencyKey, { asked, sent: read.challenge.fields })
  return read
}

const notAuthenticated = {
  status: 'declined',
  reason: 'authentication-failed',
  gatewayCode: 'RedirectShopper',
} as const
