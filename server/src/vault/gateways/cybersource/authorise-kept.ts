import { type Gateway, NotSent } from '../../model/gateway.ts'
import { askForPayment } from './ask-for-payment.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { bodyOf, keptPaymentOf } from './payment-request.ts'

/**
 * Pays by a card that CyberSource keeps. The customer's bank is asked nothing.
 *
 * @throws {NotSent} also where the card should be kept a second time.
 */
export const cybersourceAuthoriseKept =
  (calls: CybersourceCalls): NonNullable<Gateway['authoriseKept']> =>
  async (request) => {
    if (request.purpose === 'tokenise') throw new NotSent('A kept card cannot be kept again.')
    const body = bodyOf(keptPaymentOf(request, calls.settings))
    return askForPayment(calls, request, { body, timeoutSeconds: request.timeoutSeconds })
  }
