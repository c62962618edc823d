import creditCardType from 'credit-card-type'

/**
 * Whether a text holds a card number: 13 to 19 digits, with or without spaces, dashes or points between them,
 * that pass the Luhn check and begin as a known brand's do. A telephone number with its `+` is none, nor are
 * the digits inside a GUID or another long hexadecimal name.
 */
export function holdsCardNumber(text: string): boolean {
  if (text.length < shortest) return false
  const plain = isAscii(text) ? text : toAsciiDigits(text)
  if (!thirteenDigits.test(plain)) return false
  for (const [run] of plain.replace(hexadecimalNames, ':').matchAll(digitRuns)) {
    if (isTelephoneNumber(run)) continue
    if (runHoldsCardNumber(run)) return true
  }
  return false
}

const shortest = 13
const longest = 19
const separator = '[ .-]{0,3}'
const thirteenDigits = new RegExp(`\\d(?:${separator}\\d){12}`)
const digitRuns = new RegExp(`\\+?\\d(?:${separator}\\d){12,}`, 'g')

const hexadecimalNames =
  /\b(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{32,128})\b/gi

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

/** Digits, spaces and dashes of every script become those of ASCII; what is not seen goes. */
function toAsciiDigits(text: string): string {
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Zs}/gu, ' ')
    .replace(/\p{Pd}/gu, '-')
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitValue(digit)))
}

/** Unicode puts the ten digits of a script in a row, and each row begins with its zero. */
function digitValue(digit: string): number {
  const point = digit.codePointAt(0) ?? 0
  let zero = point
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return (point - zero) % 10
}

/** E.164: a plus and at most 15 digits. */
function isTelephoneNumber(run: string): boolean {
  return run.startsWith('+') && run.replace(/\D/g, '').length <= 15
}

/** A number may stand among other groups of digits (`4111 1111 1111 1111 12 30`), but is never part of one. */
function runHoldsCardNumber(run: string): boolean {
  const groups = run.split(/\D+/).filter((group) => group !== '')
  return groups.some((_, first) => {
    let digits = ''
    for (const group of groups.slice(first, first + longest)) {
      digits += group
      if (digits.length > longest) return false
      if (digits.length >= shortest && passesLuhn(digits) && hasKnownBrand(digits)) return true
    }
    return false
  })
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 0x30
    sum += at % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit
  }
  return sum % 10 === 0
}

/** A beginning that belongs to a brand: so many digits, from one number to another. */
interface Range {
  readonly digits: number
  readonly from: number
  readonly to: number
}

const ranges: readonly Range[] = Object.values(creditCardType.types)
  .flatMap((type) => creditCardType.getTypeInfo(type).patterns)
  .map((pattern) => [pattern].flat())
  .map(([from = 0, to = from]) => ({ digits: String(from).length, from, to }))

const mostPrefixDigits = Math.max(...ranges.map(({ digits }) => digits))

function hasKnownBrand(number: string): boolean {
  const prefixes = [0]
  for (let digits = 1; digits <= mostPrefixDigits; digits += 1) prefixes.push(Number(number.slice(0, digits)))
  return ranges.some(({ digits, from, to }) => {
    const prefix = prefixes[digits] ?? 0
    return from <= prefix && prefix <= to
  })
}
