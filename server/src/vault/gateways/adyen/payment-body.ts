import type { AuthorisationRequest } from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { type AdyenSettings, defaultSettings } from './adyen-settings.ts'
import { shopperOf } from './adyen-shopper.ts'
import { toAdyenAmount } from './adyen-units.ts'

/** What a payment is asked for with, without its card and what is said of how the card came. */
export function paymentBody(
  request: Omit<AuthorisationRequest, 'card'>,
  settings: Pick<AdyenSettings, 'merchantAccount' | 'shopperStatement'>,
) {
  const { idempotencyKey, purpose, order, challengeReturnUrl } = request
  const { merchantAccount, shopperStatement } = settings
  const isMoney = takesMoney(purpose) && order.amountMinor > 0
  return {
    merchantAccount,
    amount: toAdyenAmount(isMoney ? order : { ...order, amountMinor: 0 }),
    reference: idempotencyKey,
    ...(order.reference !== undefined && { merchantOrderReference: order.reference.slice(0, 1000) }),
    channel: 'Web',
    // Obligatory, also where nobody is redirected.
    returnUrl: challengeReturnUrl ?? 'https://return.invalid/',
    ...(isMoney && {
      additionalData: {
        allowPartialAuth: 'false',
        ...(purpose === 'authorise' && { manualCapture: 'true' }),
      },
    }),
    ...(isMoney && purpose === 'charge' && { captureDelayHours: 0 }),
    ...(shopperStatement !== undefined && { shopperStatement }),
    ...shopperOf(request),
  }
}

export const modelOf = ({ recurringProcessingModel }: Pick<AdyenSettings, 'recurringProcessingModel'>) =>
  recurringProcessingModel ?? defaultSettings.recurringProcessingModel
