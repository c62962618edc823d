import type { FieldError } from '../view-state.ts'
import type { Brand } from './brand.ts'
import type { ReadableDigits } from './readable-digits.ts'

export const maxSecurityCodeDigits = 4

/** What is wrong with a security code: 3 or 4 digits, and which of the two the brand says when it is known. */
export function checkSecurityCode(digits: ReadableDigits, brand: Brand | undefined): FieldError | undefined {
  return mayEndSecurityCode(brand, digits.count) ? undefined : 'invalid-security-code'
}

/** Whether a security code may end after so many digits. */
export function mayEndSecurityCode(brand: Brand | undefined, count: number): boolean {
  return brand ? count === brand.codeDigits : count === 3 || count === 4
}
