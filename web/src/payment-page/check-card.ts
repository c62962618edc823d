import { brandOf } from '../../../server/src/vault/fields/brand.ts'
import { checkCardNumber } from '../../../server/src/vault/fields/card-number.ts'
import type { ReadableDigits } from '../../../server/src/vault/fields/digits.ts'
import { checkExpiry } from '../../../server/src/vault/fields/expiry.ts'
import { checkSecurityCode } from '../../../server/src/vault/fields/security-code.ts'
import type { FormErrors, PaymentFormData } from '../../../server/src/vault/payment-page-data.ts'
import type { FieldName } from '../../../server/src/vault/view-state.ts'

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
