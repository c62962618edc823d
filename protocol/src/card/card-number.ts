import type { FieldError } from '../view-state.ts'
import type { Brand } from './brand.ts'
import { passesLuhn } from './luhn.ts'
import type { ReadableDigits } from './readable-digits.ts'

/** No card number is longer (ISO/IEC 7812-1). */
export const maxCardNumberDigits = 19

/** What is wrong with a card number that was typed to its end: length, check digit, brand. */
export function checkCardNumber(
  digits: ReadableDigits,
  brand: Brand | undefined,
  allowedBrands: readonly string[],
): FieldError | undefined {
  if (digits.count < 13 || digits.count > maxCardNumberDigits) return 'invalid-card-number'
  if (!passesLuhn(digits.unsafeBytes())) return 'invalid-card-number'
  if (!brand) return 'invalid-card-type'
  if (allowedBrands.length > 0 && !allowedBrands.includes(brand.name)) return 'invalid-card-type'
  if (!brand.lengths.includes(digits.count)) return 'invalid-card-number'
  return undefined
}

/** The length at which a card number of the brand ends by itself; without a brand the longest there is. */
export function maxCardNumber(brand: Brand | undefined): number {
  return brand?.lengths.at(-1) ?? maxCardNumberDigits
}

/** Whether a card number may end after so many digits. */
export function mayEndCardNumber(brand: Brand | undefined, count: number): boolean {
  return brand ? brand.lengths.includes(count) : count >= 13
}
