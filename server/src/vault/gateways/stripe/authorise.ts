import type { AuthorisationRequest, Gateway } from '../../model/gateway.ts'
import { secretBody } from '../secret-body.ts'
import { askForIntent } from './intents/ask-for-intent.ts'
import { below, formOfIntent, formOfPayer } from './intents/intent-form.ts'
import type { KnownIntents } from './intents/known-intents.ts'
import { makeCustomer } from './make-customer.ts'
import { codeOf } from './read-error.ts'
import { formOf, type StripeCalls } from './stripe-calls.ts'
import type { StripeSettings } from './stripe-settings.ts'

/**
 * Pays by a PaymentIntent that is made and confirmed in one request; a card that is only to be kept, or verified, by a
 * SetupIntent. Where the customer's bank may ask the customer, the intent is confirmed by hand: what the customer does
 * at the bank moves no money before {@link Gateway.completeChallenge} has confirmed it.
 *
 * A card that is to be kept is kept for a customer, who is made first: without one Stripe charges no card twice.
 */
export function stripeAuthorise(
  calls: StripeCalls,
  { intents, settings }: { readonly intents: KnownIntents; readonly settings: StripeSettings },
): Gateway['authorise'] {
  return async (request) => {
    const card = bodyOf(request, settings)
    if (request.purpose !== 'tokenise') return askForIntent(calls, { request, intents, body: card })
    try {
      const made = await makeCustomer(calls, request)
      if (made.is === 'refusal') return { status: 'error', gatewayCode: codeOf(made.error) }
      const body = secretBody([`${formOf({ customer: made.id })}&`, card])
      return await askForIntent(calls, { request, intents, body })
    } finally {
      card.fill(0)
    }
  }
}

/** Read before anything is awaited. @throws {NotSent} */
function bodyOf(request: AuthorisationRequest, settings: StripeSettings): Buffer {
  const { card } = request
  const month = card.expiry.unsafeBytes().subarray(0, 2)
  const year = card.expiry.unsafeBytes().subarray(2, 4)
  const form = {
    ...formOfIntent(request, settings),
    'payment_method_data[type]': 'card',
    ...below('payment_method_data[billing_details]', formOfPayer(request)),
  }
  return secretBody([
    formOf(form),
    ...['&payment_method_data%5Bcard%5D%5Bnumber%5D=', card.pan.unsafeBytes()],
    ...['&payment_method_data%5Bcard%5D%5Bexp_month%5D=', month],
    ...['&payment_method_data%5Bcard%5D%5Bexp_year%5D=20', year],
    ...(card.securityCode
      ? ['&payment_method_data%5Bcard%5D%5Bcvc%5D=', card.securityCode.unsafeBytes()]
      : []),
  ])
}
