import { type AuthorisationRequest, type Gateway, NotSent } from '../../gateway.ts'
import { takesMoney } from '../../launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { customerOf, fullNameOf } from '../customer-of.ts'
import { objectIn, textIn } from '../json-answer.ts'
import { secretBody } from '../secret-body.ts'
import { abandonIntent } from './abandon-intent.ts'
import type { KnownIntents } from './known-intents.ts'
import { declinedBy, readIntent, refuseOther } from './read-intent.ts'
import { formOf, type StripeCalls, type StripeForm } from './stripe-calls.ts'
import { toStripeUnits } from './stripe-units.ts'

/** Stripe itself gives up on a bank after some 80 seconds. */
const patienceBeyondTheFlow = 60_000

/**
 * Pays by a PaymentIntent that is made and confirmed in one request; a card that is only to be kept, or verified, by a
 * SetupIntent. Where the customer's bank may ask the customer, the intent is confirmed by hand: what the customer does
 * at the bank moves no money before {@link Gateway.completeChallenge} has confirmed it.
 */
export function stripeAuthorise(
  calls: StripeCalls,
  { intents }: { readonly intents: KnownIntents },
): Gateway['authorise'] {
  return async (request) => {
    const { idempotencyKey, timeoutSeconds, signal } = request
    const path = isSetup(request) ? '/v1/setup_intents' : '/v1/payment_intents'
    const answer = await calls.post({
      path,
      body: bodyOf(request),
      idempotencyKey,
      timeoutMilliseconds: timeoutSeconds * 1000 + patienceBeyondTheFlow,
      signal,
    })
    if (answer.is === 'refusal') {
      const { status, error } = answer
      const intent = objectIn(error, 'payment_intent') ?? objectIn(error, 'setup_intent')
      if (intent) refuseOther(intent, idempotencyKey)
      const gatewayReference = textIn(intent, 'id')
      if (textIn(error, 'type') === 'card_error') return declinedBy(error, gatewayReference)
      return { status: 'error', gatewayCode: textIn(error, 'code') ?? String(status) }
    }
    const state = readIntent(answer.object, idempotencyKey)
    const known = {
      path: `${path}/${textIn(answer.object, 'id')}`,
      ...(!isSetup(request) && { units: unitsOf(request) }),
    }
    switch (state.status) {
      case 'challenge':
        intents.put(idempotencyKey, known)
        return request.challengeReturnUrl === undefined
          ? abandonIntent(calls, known, { idempotencyKey, signal })
          : state
      case 'to-authenticate':
        return abandonIntent(calls, known, { idempotencyKey, signal })
      case 'to-confirm':
        throw new UnclearAnswer('an intent that was not confirmed')
      default:
        return state
    }
  }
}

const isSetup = ({ purpose, order }: AuthorisationRequest): boolean =>
  !takesMoney(purpose) || order.amountMinor === 0

/** Read before anything is awaited. */
function bodyOf(request: AuthorisationRequest): Buffer {
  const { card } = request
  const month = card.expiry.unsafeBytes().subarray(0, 2)
  const year = card.expiry.unsafeBytes().subarray(2, 4)
  return secretBody([
    `${formOf({ ...formOfIntent(request), ...formOfCustomer(request) })}`,
    ...['&payment_method_data%5Bcard%5D%5Bnumber%5D=', card.pan.unsafeBytes()],
    ...['&payment_method_data%5Bcard%5D%5Bexp_month%5D=', month],
    ...['&payment_method_data%5Bcard%5D%5Bexp_year%5D=20', year],
    ...(card.securityCode
      ? ['&payment_method_data%5Bcard%5D%5Bcvc%5D=', card.securityCode.unsafeBytes()]
      : []),
  ])
}

function formOfIntent(request: AuthorisationRequest): StripeForm {
  const { idempotencyKey, purpose, order, channel, challengeReturnUrl } = request
  const isAskedByHand = challengeReturnUrl !== undefined
  return {
    confirm: true,
    'payment_method_types[0]': 'card',
    'payment_method_data[type]': 'card',
    'metadata[tonegate_key]': idempotencyKey,
    'metadata[reference]': order.reference,
    return_url: challengeReturnUrl,
    ...(channel === 'moto' && { 'payment_method_options[card][moto]': true }),
    ...(isSetup(request)
      ? { usage: 'off_session' }
      : {
          amount: unitsOf(request),
          currency: order.currency.toLowerCase(),
          description: order.reference,
          capture_method: purpose === 'charge' ? 'automatic' : 'manual',
          'expand[0]': 'latest_charge',
          ...(isAskedByHand ? { confirmation_method: 'manual' } : { error_on_requires_action: true }),
        }),
  }
}

function unitsOf({ order }: AuthorisationRequest): number {
  const units = toStripeUnits(order)
  if (units < 0) throw new NotSent('A sum is not negative.')
  return units
}

function formOfCustomer({ initialValues }: AuthorisationRequest): StripeForm {
  const customer = customerOf(initialValues)
  const { email, phone, street, city, postalCode, state, country } = customer
  return {
    'payment_method_data[billing_details][name]': fullNameOf(customer),
    'payment_method_data[billing_details][email]': email,
    'payment_method_data[billing_details][phone]': phone,
    'payment_method_data[billing_details][address][line1]': street,
    'payment_method_data[billing_details][address][city]': city,
    'payment_method_data[billing_details][address][postal_code]': postalCode,
    'payment_method_data[billing_details][address][state]': state,
    'payment_method_data[billing_details][address][country]': country,
  }
}
