import type { Language } from '@tonegate/protocol/languages'
import type { PaymentPageTexts } from '@tonegate/protocol/payment-page-texts'
import { de } from './de.ts'
import { en } from './en.ts'
import { pl } from './pl.ts'

export const paymentPageTexts: Readonly<Record<Language, PaymentPageTexts>> = { en, de, pl }
