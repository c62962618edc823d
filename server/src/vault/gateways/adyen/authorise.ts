import type { AuthorisationRequest, Gateway } from '../../gateway.ts'
import { takesMoney } from '../../launch.ts'
import { type Customer, customerOf, fullNameOf } from '../customer-of.ts'
import { secretBody } from '../secret-body.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { AdyenSettings } from './adyen-settings.ts'
import { toAdyenAmount } from './adyen-units.ts'
import type { KnownPayments } from './known-payments.ts'
import { readPayment } from './read-payment.ts'

const patienceBeyondTheFlow = 60_000

/**
 * Pays by `/payments`; a card that is only to be kept, or verified, by the same with an amount of zero. Adyen's reference
 * of ours is the payment's key, so that a payment can be cancelled by it; the order's own goes along as
 * `merchantOrderReference`.
 */
export function adyenAuthorise(
  calls: AdyenCalls,
  {
    payments,
    recurringProcessingModel,
  }: {
    readonly payments: KnownPayments
    readonly recurringProcessingModel: NonNullable<AdyenSettings['recurringProcessingModel']>
  },
): Gateway['authorise'] {
  const { merchantAccount } = calls
  return async (request) => {
    const { idempotencyKey, purpose, order, timeoutSeconds, signal } = request
    const answer = await calls.post({
      path: '/payments',
      body: bodyOf(request, { merchantAccount, recurringProcessingModel }),
      idempotencyKey,
      timeoutMilliseconds: timeoutSeconds * 1000 + patienceBeyondTheFlow,
      signal,
    })
    if (answer.is === 'refusal') return { status: 'error', gatewayCode: answer.errorCode }
    const asked = { idempotencyKey, purpose, amountMinor: order.amountMinor }
    const read = readPayment(answer.object, asked)
    if (read.status !== 'challenge') return read
    // Adyen authorises when the customer's answer is handed in, and never without it.
    if (request.challengeReturnUrl === undefined) return notAuthenticated
    payments.put(idempotencyKey, { asked, sent: read.challenge.fields, details: undefined })
    return read
  }
}

const notAuthenticated = {
  status: 'declined',
  reason: 'authentication-failed',
  gatewayCode: 'RedirectShopper',
} as const

interface Merchant {
  readonly merchantAccount: string
  readonly recurringProcessingModel: string
}

/** Read before anything is awaited. */
function bodyOf(request: AuthorisationRequest, merchant: Merchant): Buffer {
  const { card, initialValues } = request
  const month = card.expiry.unsafeBytes().subarray(0, 2)
  const year = card.expiry.unsafeBytes().subarray(2, 4)
  const customer = customerOf(initialValues)
  const holderName = fullNameOf(customer)
  const holder = holderName === undefined ? '' : `,"holderName":${JSON.stringify(holderName)}`
  const rest = JSON.stringify({ ...paymentOf(request, merchant), ...shopperOf(customer) })
  return secretBody([
    '{"paymentMethod":{"type":"scheme","number":"',
    card.pan.unsafeBytes(),
    '","expiryMonth":"',
    month,
    '","expiryYear":"20',
    year,
    ...(card.securityCode ? ['","cvc":"', card.securityCode.unsafeBytes()] : []),
    `"${holder}},${rest.slice(1)}`,
  ])
}

function paymentOf(
  { idempotencyKey, purpose, order, channel, challengeReturnUrl }: AuthorisationRequest,
  { merchantAccount, recurringProcessingModel }: Merchant,
) {
  const isKept = purpose === 'tokenise'
  const isHeld = purpose === 'authorise' && order.amountMinor > 0
  return {
    merchantAccount,
    amount: toAdyenAmount(takesMoney(purpose) ? order : { ...order, amountMinor: 0 }),
    reference: idempotencyKey,
    merchantOrderReference: order.reference,
    channel: 'Web',
    shopperInteraction: channel === 'moto' ? 'Moto' : 'Ecommerce',
    // Obligatory, also where nobody is redirected.
    returnUrl: challengeReturnUrl ?? 'https://return.invalid/',
    ...(isHeld && { additionalData: { manualCapture: 'true' } }),
    ...(purpose === 'charge' && order.amountMinor > 0 && { captureDelayHours: 0 }),
    ...(isKept && { storePaymentMethod: true, recurringProcessingModel, shopperReference: idempotencyKey }),
    ...(challengeReturnUrl !== undefined && { browserInfo: anyBrowser }),
  }
}

/** The page that Adyen redirects to looks at the real one. */
const anyBrowser = { acceptHeader: '*/*', userAgent: 'Mozilla/5.0' }

function shopperOf(customer: Customer) {
  const { firstName, lastName, email, phone, street, city, postalCode, state, country } = customer
  const isWhole = street && city && postalCode && country
  return {
    ...(firstName && lastName && { shopperName: { firstName, lastName } }),
    ...(email && { shopperEmail: email }),
    ...(phone && { telephoneNumber: phone }),
    ...(isWhole && {
      billingAddress: {
        ...{ street, houseNumberOrName: 'N/A', city, postalCode, country },
        ...(state && { stateOrProvince: state }),
      },
    }),
  }
}
