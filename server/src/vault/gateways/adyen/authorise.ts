import type { AuthorisationRequest, Gateway } from '../../model/gateway.ts'
import { customerOf, fullNameOf } from '../customer-of.ts'
import { secretBody } from '../secret-body.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { AdyenSettings } from './adyen-settings.ts'
import { askForPayment } from './ask-for-payment.ts'
import type { KnownPayments } from './known-payments.ts'
import { modelOf, paymentBody } from './payment-body.ts'

/**
 * Pays by `/payments`; a card that is only to be kept, or verified, by the same with an amount of zero. Adyen's reference
 * of ours is the payment's key, so that a payment can be cancelled by it; the order's own goes along as
 * `merchantOrderReference`.
 */
export const adyenAuthorise =
  (
    calls: AdyenCalls,
    { payments, settings }: { readonly payments: KnownPayments; readonly settings: AdyenSettings },
  ): Gateway['authorise'] =>
  async (request) =>
    askForPayment(calls, request, { body: bodyOf(request, settings), payments })

/** Read before anything is awaited. */
function bodyOf(request: AuthorisationRequest, settings: AdyenSettings): Buffer {
  const { card, channel, purpose, idempotencyKey } = request
  const month = card.expiry.unsafeBytes().subarray(0, 2)
  const year = card.expiry.unsafeBytes().subarray(2, 4)
  const holderName = fullNameOf(customerOf(request.initialValues))
  const holder = holderName === undefined ? '' : `,"holderName":${JSON.stringify(holderName)}`
  const isKept = purpose === 'tokenise'
  const rest = JSON.stringify({
    ...paymentBody(request, settings),
    shopperInteraction: channel === 'moto' ? 'Moto' : 'Ecommerce',
    ...(isKept && {
      storePaymentMethod: true,
      recurringProcessingModel: modelOf(settings),
      shopperReference: idempotencyKey,
    }),
  })
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
