import {
  type AuthorisationRequest,
  type GatewayAnswer,
  type GatewayChallenge,
  NotSent,
} from '../../../model/gateway.ts'
import { type Json, objectIn, textIn } from '../../json-answer.ts'
import { askForPayment } from '../ask-for-payment.ts'
import type { CybersourceCalls } from '../cybersource-calls.ts'
import { bodyOf } from '../payment-request.ts'
import { askBeforePayment, authenticationKey } from './ask-before-payment.ts'
import { authenticatedPayment, notAuthenticated } from './authentication-result.ts'
import type { Challenges } from './challenges.ts'
import { type Enrolment, enrolmentOf } from './enrolment.ts'
import { handOverCard } from './transient-card.ts'

/**
 * Has the customer authenticated before the payment is asked for (Payer Authentication: setup, enrolment), and goes on where
 * the bank asks nothing. No money moves before; whatever goes wrong until then is a failure for certain.
 *
 * @param card as JSON; overwritten.
 * @throws {NotSent} @throws {UnclearAnswer} as `askForPayment` does.
 */
export async function payAuthenticated(
  calls: CybersourceCalls,
  request: AuthorisationRequest,
  {
    payment,
    card,
    challenges,
  }: Pick<Enrolment, 'payment'> & { readonly card: Buffer; readonly challenges: Challenges },
): Promise<GatewayAnswer | GatewayChallenge> {
  const { signal, timeoutSeconds } = request
  const jti = await handOverCard(calls, card, signal)
  const referenceId = await setUp(calls, request, jti)
  const enrolled = await askBeforePayment(calls, {
    path: '/risk/v1/authentications',
    signal,
    body: enrolmentOf(request, { payment, jti, referenceId }),
  })
  const result = objectIn(enrolled, 'consumerAuthenticationInformation')
  if (textIn(enrolled, 'status') === 'PENDING_AUTHENTICATION') {
    return sendToBank(request, result, { payment, jti, challenges })
  }
  const failed = notAuthenticated(enrolled)
  if (failed) return failed
  const body = bodyOf(authenticatedPayment(payment, { jti, result }))
  return askForPayment(calls, request, { body, timeoutSeconds })
}

async function setUp(
  calls: CybersourceCalls,
  { idempotencyKey, signal }: AuthorisationRequest,
  jti: string,
): Promise<string> {
  const body = {
    clientReferenceInformation: { code: authenticationKey(idempotencyKey) },
    tokenInformation: { jti },
  }
  const answer = await askBeforePayment(calls, { path: '/risk/v1/authentication-setups', body, signal })
  const referenceId = textIn(objectIn(answer, 'consumerAuthenticationInformation'), 'referenceId')
  if (textIn(answer, 'status') !== 'COMPLETED' || referenceId === undefined) {
    throw new NotSent('A customer cannot be authenticated: it was not set up.')
  }
  return referenceId
}

/** The customer takes along all that it takes to go on. */
function sendToBank(
  { idempotencyKey, purpose, order: { amountMinor, currency } }: AuthorisationRequest,
  result: Json | undefined,
  { payment, jti, challenges }: Pick<Enrolment, 'payment' | 'jti'> & { readonly challenges: Challenges },
): GatewayChallenge {
  const url = textIn(result, 'stepUpUrl')
  const token = textIn(result, 'accessToken')
  const transactionId = textIn(result, 'authenticationTransactionId')
  if (!isAddress(url) || !token || !transactionId) {
    throw new NotSent('The customer’s bank requires a challenge, but does not say how.')
  }
  const order = { amountMinor, currency }
  const sealed = challenges.put(idempotencyKey, { transactionId, card: jti, payment, purpose, order })
  return { status: 'challenge', challenge: { url, fields: { JWT: token, MD: sealed } } }
}

const isAddress = (url: string | undefined): url is string =>
  url !== undefined && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
