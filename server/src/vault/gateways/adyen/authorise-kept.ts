import { type Gateway, type KeptCardRequest, NotSent } from '../../model/gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import type { AdyenSettings } from './adyen-settings.ts'
import { askForPayment } from './ask-for-payment.ts'
import { type KeptCard, readToken } from './kept-card-token.ts'
import type { KnownPayments } from './known-payments.ts'
import { modelOf, paymentBody } from './payment-body.ts'

/**
 * Pays by a card that Adyen keeps.
 *
 * @throws {NotSent} where the token is none of Adyen's.
 */
export const adyenAuthoriseKept =
  (
    calls: AdyenCalls,
    { payments, settings }: { readonly payments: KnownPayments; readonly settings: AdyenSettings },
  ): NonNullable<Gateway['authoriseKept']> =>
  async (request) => {
    const card = readToken(request.token)
    if (!card) throw new NotSent('The token does not belong to a card that Adyen keeps.')
    const body = { ...paymentBody(request, settings), ...keptCardOf(card), ...agreementOf(request, settings) }
    return askForPayment(calls, request, { body: Buffer.from(JSON.stringify(body)), payments })
  }

const keptCardOf = ({ storedPaymentMethodId, shopperReference }: KeptCard) => ({
  paymentMethod: { type: 'scheme', storedPaymentMethodId },
  shopperReference,
})

/**
 * By whose wish the kept card is charged (https://docs.adyen.com/online-payments/tokenization/make-token-payments). A
 * customer who has come back is `CardOnFile`, on the telephone by the channel of telephone orders. Without the customer
 * it is `Subscription` or `UnscheduledCardOnFile`: by the two alone it is marked as the merchant's.
 */
function agreementOf({ initiator, channel }: KeptCardRequest, settings: AdyenSettings) {
  if (initiator === 'customer') {
    const shopperInteraction = channel === 'moto' ? 'Moto' : 'ContAuth'
    return { shopperInteraction, recurringProcessingModel: 'CardOnFile' }
  }
  const model = modelOf(settings)
  const recurringProcessingModel = model === 'CardOnFile' ? 'UnscheduledCardOnFile' : model
  return { shopperInteraction: 'ContAuth', recurringProcessingModel }
}
