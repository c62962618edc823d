import { isSameSecret } from '../../../../base/signing/same-secret.ts'
import type { Gateway, GatewayAnswer } from '../../../model/gateway.ts'
import { UnclearAnswer } from '../../ask-gateway.ts'
import { objectIn } from '../../json-answer.ts'
import { askForPayment } from '../ask-for-payment.ts'
import { amountDetails } from '../cybersource-amounts.ts'
import type { CybersourceCalls } from '../cybersource-calls.ts'
import { bodyOf } from '../payment-request.ts'
import { askBeforePayment, authenticationKey } from './ask-before-payment.ts'
import { authenticatedPayment, notAuthenticated } from './authentication-result.ts'
import type { AtBank, Challenges } from './challenges.ts'

/** As long as a flow waits for its gateway at most. */
const timeoutSeconds = 120

/**
 * Goes on when the customer has come back: what came along is not believed, CyberSource is asked what came of the
 * authentication of this payment (validation), and then the payment is asked for, once for its key. Another payment's
 * authentication says nothing about this one.
 *
 * @throws {UnclearAnswer} also where a customer stays away whom another process has sent to the bank: that process may have
 *   gone on before it ended.
 */
export function cybersourceCompleteChallenge(
  calls: CybersourceCalls,
  { challenges }: { readonly challenges: Challenges },
): NonNullable<Gateway['completeChallenge']> {
  return async ({ idempotencyKey, answer, signal }) => {
    const isOfThisProcess = challenges.isWaiting(idempotencyKey)
    const atBank = answer === 'abandoned' ? undefined : challenges.open(idempotencyKey, answer.MD)
    challenges.forget(idempotencyKey)
    if (answer === 'abandoned' || !atBank) {
      if (isOfThisProcess) return notReturned('abandoned')
      throw new UnclearAnswer('a challenge that another process began')
    }
    const named = answer.TransactionId
    if (named !== undefined && !isSameSecret(named, atBank.transactionId))
      return notReturned('another-payment')
    return goOn(calls, atBank, { idempotencyKey, signal })
  }
}

async function goOn(
  calls: CybersourceCalls,
  { transactionId, card, payment, purpose, order }: AtBank,
  { idempotencyKey, signal }: { readonly idempotencyKey: string; readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const paid = purpose === 'charge' || purpose === 'authorise' ? order : { ...order, amountMinor: 0 }
  const validated = await askBeforePayment(calls, {
    path: '/risk/v1/authentication-results',
    signal,
    body: {
      clientReferenceInformation: { code: authenticationKey(idempotencyKey) },
      orderInformation: { amountDetails: amountDetails(paid) },
      tokenInformation: { jti: card },
      consumerAuthenticationInformation: { authenticationTransactionId: transactionId },
    },
  })
  const failed = notAuthenticated(validated)
  if (failed) return failed
  const result = objectIn(validated, 'consumerAuthenticationInformation')
  const body = bodyOf(authenticatedPayment(payment, { jti: card, result }))
  return askForPayment(calls, { idempotencyKey, purpose, order, signal }, { body, timeoutSeconds })
}

const notReturned = (gatewayCode: string): GatewayAnswer => ({
  status: 'declined',
  reason: 'authentication-failed',
  gatewayCode,
})
