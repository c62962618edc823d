import type { FieldError, FieldName } from '../view-state.ts'
import type { Brand } from './brand.ts'
import { checkCardNumber, longestCardNumber, mayEndCardNumber } from './card-number.ts'
import type { ReadableDigits } from './digits.ts'
import { checkExpiry } from './expiry.ts'
import { endsExpiry, isWholeExpiry } from './expiry-entry.ts'
import { checkSecurityCode, mayEndSecurityCode } from './security-code.ts'

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
  if (name === 'pan') return digits.count === longestCardNumber(brand)
  return name === 'expiry' && endsExpiry(digits, now)
}

/** Whether silence may end an entry as `#` would. */
export function mayEnd(name: FieldName, digits: ReadableDigits, brand: Brand | undefined): boolean {
  if (name === 'pan') return mayEndCardNumber(brand, digits.count)
  return name === 'expiry' ? isWholeExpiry(digits) : mayEndSecurityCode(brand, digits.count)
}
