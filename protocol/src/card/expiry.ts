import type { FieldError } from '../view-state.ts'
import type { ReadableDigits } from './readable-digits.ts'

/** MMYY. */
const expiryDigits = 4

const maxYearsAhead = 20

/** West of everybody: a card is good until its last month has ended everywhere. */
const westernmost = 12 * 3_600_000

/**
 * What is wrong with an expiry, MMYY: no such month, in the past, or more than 20 years ahead.
 *
 * @param now milliseconds since the epoch.
 */
export function checkExpiry(digits: ReadableDigits, now: number): FieldError | undefined {
  if (digits.count !== expiryDigits) return 'invalid-date'
  const month = twoDigits(digits, 0)
  if (month < 1 || month > 12) return 'invalid-date'
  const today = new Date(now - westernmost)
  const yearsAhead = (twoDigits(digits, 2) - (today.getUTCFullYear() % 100) + 100) % 100
  if (yearsAhead > maxYearsAhead) return 'invalid-date'
  if (yearsAhead === 0 && month < today.getUTCMonth() + 1) return 'invalid-date'
  return undefined
}

function twoDigits(digits: ReadableDigits, at: number): number {
  const bytes = digits.unsafeBytes()
  return ((bytes[at] ?? 0) - 0x30) * 10 + ((bytes[at + 1] ?? 0) - 0x30)
}
