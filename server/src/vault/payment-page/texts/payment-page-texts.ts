import type { Language } from '@tonegate/protocol/languages'
import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'
import type { Order } from '../../model/launch.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { pl } from './pl.ts'

export const paymentPageTexts: Readonly<Record<Language, PaymentPageTexts>> = { en, de, pl }

/** The texts about an order: of a payment, or of a card that is verified. */
export function textsAbout(
  { amountMinor }: Pick<Order, 'amountMinor'>,
  language: Language,
): PaymentPageTexts {
  const texts = paymentPageTexts[language]
  if (amountMinor > 0) return texts
  const { cardCheck, outcomes, declineReasons } = texts
  return {
    ...texts,
    ...cardCheck,
    outcomes: { ...outcomes, ...cardCheck.outcomes },
    declineReasons: { ...declineReasons, ...cardCheck.declineReasons },
  }
}
