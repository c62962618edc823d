import type { Brand } from '@tonegate/protocol/card/brand'
import { checkCardNumber, maxCardNumber, mayEndCardNumber } from '@tonegate/protocol/card/card-number'
import { checkExpiry } from '@tonegate/protocol/card/expiry'
import type { ReadableDigits } from '@tonegate/protocol/card/readable-digits'
import { checkSecurityCode, mayEndSecurityCode } from '@tonegate/protocol/card/security-code'
import type { FieldError, FieldName } from '@tonegate/protocol/view-state'
import { endsExpiry, isWholeExpiry } from './expiry-entry.ts'

/** What an entry is judged by beside its digits. */
interface Circumstances {
  readonly brand: Brand | undefined
  /** The brands that are accepted; empty means any. */
  readonly brands: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** What is wrong with an entry that has ended; an expiry date is MMYY by then. */
export function checkEntry(
  name: FieldName,
  digits: ReadableDigits,
  { brand, brands, now }: Circumstances,
): FieldError | undefined {
  if (name === 'pan') return checkCardNumber(digits, brand, brands)
  return name === 'expiry' ? checkExpiry(digits, now) : checkSecurityCode(digits, brand)
}

/** Whether an entry has ended without `#`. */
export function endsByItself(
  name: FieldName,
  digits: ReadableDigits,
  { brand, now }: Omit<Circumstances, 'brands'>,
): boolean {
  if (name === 'pan') return digits.count === maxCardNumber(brand)
  return name === 'expiry' && endsExpiry(digits, now)
}

/** Whether silence may end an entry as `#` would. */
export function mayEnd(name: FieldName, digits: ReadableDigits, brand: Brand | undefined): boolean {
  if (name === 'pan') return mayEndCardNumber(brand, digits.count)
  return name === 'expiry' ? isWholeExpiry(digits) : mayEndSecurityCode(brand, digits.count)
}
