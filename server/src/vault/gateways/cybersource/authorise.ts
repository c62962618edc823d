import type { Gateway } from '../../model/gateway.ts'
import { askForPayment } from './ask-for-payment.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import { payAuthenticated } from './payer-authentication/authenticate.ts'
import type { Challenges } from './payer-authentication/challenges.ts'
import { canAuthenticate } from './payer-authentication/enrolment.ts'
import { bodyWithCard, cardBytes, typedPaymentOf } from './payment-request.ts'

/**
 * Pays in one request: an authorisation, captured at once or not. A card that is only kept is authorised for nothing, and
 * a token made of it. On the payment page the customer's bank is asked first, where the settings say so; else it is asked
 * nothing, and declines where it insists.
 */
export function cybersourceAuthorise(
  calls: CybersourceCalls,
  { challenges }: { readonly challenges: Challenges },
): Gateway['authorise'] {
  const { settings } = calls
  return async (request) => {
    const payment = typedPaymentOf(request, settings)
    const card = cardBytes(request.card)
    if (canAuthenticate(request, settings)) {
      return payAuthenticated(calls, request, { payment, card, challenges })
    }
    const body = bodyWithCard(payment, card)
    return askForPayment(calls, request, { body, timeoutSeconds: request.timeoutSeconds })
  }
}
