import { brandOf } from '@tonegate/protocol/card/brand'
import { checkCardNumber } from '@tonegate/protocol/card/card-number'
import { checkExpiry } from '@tonegate/protocol/card/expiry'
import type { ReadableDigits } from '@tonegate/protocol/card/readable-digits'
import { checkSecurityCode } from '@tonegate/protocol/card/security-code'
import type { FormErrors, PaymentFormData } from '@tonegate/protocol/payment-page-data'
import type { FieldName } from '@tonegate/protocol/view-state'

/** The digits of each field of the form. */
export type FormDigits = Readonly<Record<FieldName, string>>

const missing = {
  pan: 'missing-card-number',
  expiry: 'missing-expiry-date',
  securityCode: 'missing-security-code',
} as const

/** What is wrong with a field, by the server's own checks. */
export function checkField(
  field: FieldName,
  digits: FormDigits,
  {
    brands,
    securityCode,
    now,
  }: Pick<PaymentFormData, 'brands' | 'securityCode'> & {
    /** Milliseconds since the epoch. */
    readonly now: number
  },
): FormErrors[FieldName] {
  if (digits[field] === '') {
    return field === 'securityCode' && securityCode !== 'required' ? undefined : missing[field]
  }
  const typed = readable(digits[field])
  const brand = brandOf(digits.pan.slice(0, 8))
  if (field === 'pan') return checkCardNumber(typed, brand, brands)
  return field === 'expiry' ? checkExpiry(typed, now) : checkSecurityCode(typed, brand)
}

const readable = (text: string): ReadableDigits => ({
  count: text.length,
  unsafeBytes: () => new TextEncoder().encode(text),
})
