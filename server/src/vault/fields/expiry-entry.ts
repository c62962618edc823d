import { checkExpiry } from '@tonegate/protocol/card/expiry'
import type { ReadableDigits } from '@tonegate/protocol/card/readable-digits'
import type { Digits } from '../model/digits.ts'

/** No expiry date is keyed in with more digits: MMYYYY. */
export const maxExpiryDigits = 6

const zero = 0x30
const isMonth = (tens: number, ones: number): boolean => {
  const month = tens * 10 + ones
  return month >= 1 && month <= 12
}

/**
 * How many digits of an expiry date are its month: two where they can be one (`12…`, `09…`), else one. So a month of
 * one digit is read only where nothing else can be meant: `930` is 09/30, and `123` is nothing.
 */
const monthDigits = (digits: ReadableDigits): 1 | 2 => (isMonth(at(digits, 0), at(digits, 1)) ? 2 : 1)

/** Whether the digits are MMYY, MMYYYY, MYY or MYYYY; a whole year begins with 20. */
export function isWholeExpiry(digits: ReadableDigits): boolean {
  const month = monthDigits(digits)
  const year = digits.count - month
  return year === 2 || (year === 4 && beginsWholeYear(digits, month))
}

/**
 * Whether an expiry date ends without `#`: at MMYY and at a whole year. `1220` waits for two more digits for as long as
 * 2020 has passed: it is the beginning of `122030`.
 *
 * @param now milliseconds since the epoch.
 */
export function endsExpiry(digits: ReadableDigits, now: number): boolean {
  const month = monthDigits(digits)
  if (digits.count === month + 4) return true
  if (digits.count !== 4) return false
  return !beginsWholeYear(digits, month) || (month === 2 && checkExpiry(digits, now) === undefined)
}

/** Writes a whole expiry date as MMYY, in its place. */
export function becomeMonthAndYear(digits: Digits): void {
  const { count } = digits
  const month = monthDigits(digits) === 2 ? [at(digits, 0), at(digits, 1)] : [0, at(digits, 0)]
  rewrite(digits, [...month, at(digits, count - 2), at(digits, count - 1)])
}

/**
 * Whether the digits are a month that a key has ended (`12#30`, `9#30`); of one digit it gets its zero. One digit is a
 * month only where no entry before has left it over.
 */
export function becomeMonth(digits: Digits, from: 'one-digit' | 'two-digits'): boolean {
  if (digits.count === 2) return isMonth(at(digits, 0), at(digits, 1))
  if (digits.count !== 1 || from === 'two-digits' || at(digits, 0) === 0) return false
  rewrite(digits, [0, at(digits, 0)])
  return true
}

const beginsWholeYear = (digits: ReadableDigits, from: number): boolean =>
  at(digits, from) === 2 && at(digits, from + 1) === 0

const at = (digits: ReadableDigits, place: number): number => (digits.unsafeBytes()[place] ?? zero) - zero

function rewrite(digits: Digits, values: readonly number[]): void {
  digits.clear()
  for (const value of values) digits.push(value)
}
