import { bareSign, signsOf } from './currencies.ts'
import { exponentOf } from './currency-exponent.ts'

/** An amount in minor units, or why a text is not one. */
export type ReadAmount = { readonly minor: number } | { readonly wrong: string }

const maxDigits = 12

const maxCharacters = 40

/**
 * A sign may hold a space (`F CFA`), and after a letter a point (`kr. 50`). In `kr.50` the point may be either
 * that or the decimal sign, so it is neither.
 */
const shape =
  /^(?<before>[^\d.,'’+-]*(?:\p{L}\.\s)?)(?<number>(?:\d|(?<![\p{L}\s])\.)[\d.,'’ \u00a0\u2007\u2009\u202f]*?)(?<after>[^\d.,'’+-]*(?:\p{L}\.)?)$/u
const whole = /^(?:0|[1-9]\d*)$/
const grouped = /^[1-9]\d{0,2}(?:([,.'’ \u00a0\u2007\u2009\u202f])\d{3}(?:\1\d{3})*)$/
/** What says in which direction a text is read, and stands around an amount that was copied from such a text. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Two points cannot both be the decimal sign. */
const groupedByPoints = /^[1-9]\d{0,2}(?:\.\d{3}){2,}$/
/** A lakh is `1,00,000`. */
const groupedInLakhs = /^[1-9]\d?(?:,\d{2})+,\d{3}$/

/**
 * Reads an amount of money as people and shops write it: `12.40`, `$12.40`, `1,234.50 USD`, `1.234,56`.
 * What could be read in two ways is refused, because a wrong guess moves a thousand times the money: the point
 * is the decimal sign; comma, space and apostrophe group by exactly three, the comma also as in India, and so do
 * points where there are two; a comma is a decimal sign only where it cannot group. Zeros behind the currency's own decimals say nothing, except where they
 * could be a group: `4990.00` JPY is read, `12.000` is not.
 *
 * @param currency ISO 4217, upper case; a sign that belongs to another one is refused.
 */
export function readAmount(text: string, currency: string): ReadAmount {
  const groups =
    text.length > maxCharacters ? undefined : shape.exec(text.replace(directionMarks, '').trim())?.groups
  const { before = '', number = '', after = '' } = groups ?? {}
  if (number === '') return { wrong: 'is not a positive amount' }
  const signs = [before, after].map(bareSign).filter((sign) => sign !== '')
  if (signs.length > 1) return { wrong: 'has more than one currency symbol' }
  if (!signs.every((sign) => signsOf(currency).has(sign))) {
    return { wrong: `has a currency symbol that does not belong to ${currency}` }
  }
  const exponent = exponentOf(currency)
  const parts = splitAtDecimalSign(number, exponent)
  if (!parts)
    return { wrong: `is not a valid amount in ${currency}; write it like ${exampleAmount(currency)}` }
  const digits = parts.units + parts.decimals.slice(0, exponent).padEnd(exponent, '0')
  const significant = digits.replace(/^0+/, '')
  if (significant === '') return { wrong: 'is not a positive amount' }
  if (significant.length > maxDigits) return { wrong: `has more than ${maxDigits} digits` }
  return { minor: Number(significant) }
}

interface Parts {
  readonly units: string
  readonly decimals: string
}

function splitAtDecimalSign(number: string, exponent: number): Parts | undefined {
  if (whole.test(number)) return { units: number, decimals: '' }
  const point = number.lastIndexOf('.')
  const comma = number.lastIndexOf(',')
  if (comma > point) return splitAtComma(number, comma, exponent)
  if (point < 0) return groupedBy(number, /[^.]/, '')
  if (groupedByPoints.test(number)) return { units: number.replaceAll('.', ''), decimals: '' }
  const units = number.slice(0, point) || '0'
  const decimals = number.slice(point + 1)
  const couldGroup = decimals.length === 3 && exponent < 3 && /^[1-9]\d{0,2}$/.test(units)
  if (couldGroup || !isFraction(decimals, exponent)) return
  return groupedBy(units, /[^.]/, decimals)
}

function splitAtComma(number: string, comma: number, exponent: number): Parts | undefined {
  const units = number.slice(0, comma)
  const decimals = number.slice(comma + 1)
  const otherSign = /[^\d,]/.test(units)
  if (!otherSign && decimals.length === 3) {
    const clear = exponent < 3 || units.includes(',')
    return clear ? groupedBy(number, /,/, '') : undefined
  }
  if (!isFraction(decimals, exponent)) return
  return groupedBy(units, /[^,]/, decimals)
}

/** Digits, of which those beyond the currency's own are zeros. */
const isFraction = (decimals: string, exponent: number): boolean =>
  /^\d+$/.test(decimals) && /^0*$/.test(decimals.slice(exponent))

/** Takes the grouping out, when it is one, by a sign that may group here. */
function groupedBy(units: string, sign: RegExp, decimals: string): Parts | undefined {
  if (whole.test(units)) return { units, decimals }
  const found = groupedInLakhs.test(units) ? ',' : grouped.exec(units)?.[1]
  if (found === undefined || !sign.test(found)) return
  return { units: units.replaceAll(found, ''), decimals }
}

/** How an amount of a currency is written: `12.40`, or `1240`. */
export function exampleAmount(currency: string): string {
  const exponent = exponentOf(currency)
  return exponent === 0 ? '1240' : `12.${'40'.padEnd(exponent, '0')}`
}
