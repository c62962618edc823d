import { issuerRanges } from '@tonegate/protocol/card/card-brands'
import { asAscii, type ReadableText, withoutEscapes } from '@tonegate/protocol/readable-digits'
import { foldLineBreaks, hasLineBreaks } from '../text/line-breaks.ts'
import { withoutInnocentNumbers } from './innocent-numbers.ts'

/**
 * Whether a text holds a card number: 13 to 19 digits that begin as a known brand's do, are as many as that brand's, and
 * pass the Luhn check. Up to three separators may stand between any two of them; an expiry date, a security code, both or
 * a track's data may follow without a gap, and zeros may stand before. Digits of every script and escaped ones are digits.
 * A telephone number with its `+` is none, nor are the digits of a GUID, of another long hexadecimal name, of an IBAN or
 * of a list of decimals. A text of several lines is looked at as it is, and on one line, as gateways are given it.
 */
export function holdsCardNumber(text: string): boolean {
  if (!mayHold(text)) return false
  return holdsOne(text) || (hasLineBreaks(text) && holdsOne(foldLineBreaks(text)))
}

function holdsOne(text: string): boolean {
  const escaped = withoutEscapes(text)
  return findIn(asAscii(text).text).length > 0 || (!!escaped && findIn(asAscii(escaped.text).text).length > 0)
}

/**
 * A text with its card numbers as stars, but for their last four digits; what reads as expiry date, security code or
 * track data behind one is stars too.
 */
export function maskCardNumbers(text: string): string {
  if (!mayHold(text)) return text
  const masked = maskReadable(text, asAscii(text))
  const escaped = withoutEscapes(masked)
  if (!escaped) return masked
  const ascii = asAscii(escaped.text)
  return maskReadable(masked, { text: ascii.text, origin: (at) => escaped.origin(ascii.origin(at)) })
}

const shortest = 13
const longest = 19

/** Nearly every text can be told at a glance to have too few digits. */
function mayHold(text: string): boolean {
  if (text.length < shortest) return false
  let possible = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if ((code >= 0x30 && code <= 0x39) || code > 0x7f) possible += 1
  }
  return possible >= shortest
}

/** Where in a text digits stand: those of a card number, and those that read as what comes with one. */
interface Found {
  readonly card: readonly number[]
  readonly more: readonly number[]
}

/** Between groups of whatever length. */
const tight = /^(?:(?!, )[ \t./_,|*'-])*$/
/** Between those as cards are printed, too. */
const anySeparator = `[ \\t./_,|*'\\-\\r\\n;:+()\\[\\]"\\\\~]`
const digitRuns = new RegExp(`\\d(?:${anySeparator}{0,3}\\d){12,}`, 'g')

/** What is innocent is looked for only in the rare text in which something was found. */
function findIn(text: string): readonly Found[] {
  return allIn(text).length === 0 ? [] : allIn(withoutInnocentNumbers(text))
}

const allIn = (text: string): readonly Found[] =>
  [...text.matchAll(digitRuns)].flatMap(({ 0: run, index }) => cardsIn({ run, index, text }))

/** Digits that stand together; where, and what stands between them and the next ones. */
interface Group {
  readonly digits: string
  readonly at: number
  readonly gap: string
}

/**
 * A number may stand among other groups of digits (`4111 1111 1111 1111 12 30`). It is never in the middle of one, but a
 * group may go on with what comes with a card.
 */
function cardsIn({
  run,
  index,
  text,
}: {
  readonly run: string
  readonly index: number
  readonly text: string
}) {
  const groups: readonly Group[] = [...run.matchAll(/(\d+)(\D*)/g)].map((match) => ({
    digits: match[1] ?? '',
    at: index + match.index,
    gap: match[2] ?? '',
  }))
  const found: Found[] = []
  for (let first = 0; first < groups.length; ) {
    const card = cardFrom(groups, first)
    if (card) found.push(foundIn(groups, { first, ...card }, text))
    first = card ? card.last + 1 : first + 1
  }
  return found
}

/** A card number that begins with a group. */
interface Card {
  /** The zeros before it. */
  readonly zeros: number
  readonly length: number
  /** The group in which it ends. */
  readonly last: number
  /** How many digits of that group come behind it. */
  readonly rest: number
}

function cardFrom(groups: readonly Group[], first: number): Card | undefined {
  const following = groups.slice(first, first + longest)
  const all = following.map(({ digits }) => digits).join('')
  const zeros = leadingZeros(following[0]?.digits ?? '')
  const number = all.slice(zeros, zeros + longest)
  for (const { length, codeDigits } of possibleCards(number)) {
    if (zeros > 0 && length === shortest) continue
    if (!passesLuhn(number, length)) continue
    const end = endOf(following, zeros + length)
    const rest = all.slice(zeros + length, end.total)
    const readsAsMore = zeros === 0 && (expiryAndCode.test(rest) || isCode(rest, { length, codeDigits }))
    if (rest !== '' && !readsAsMore) continue
    if (!isLaidOut(following.slice(0, end.group + 1), { zeros, rest: rest.length })) continue
    return { zeros, length, last: first + end.group, rest: rest.length }
  }
  return undefined
}

const maxZeros = 6

/** Of a number that is padded to a fixed length; a group of nothing else is none of them. */
function leadingZeros(digits: string): number {
  const zeros = /^0*/.exec(digits)?.[0].length ?? 0
  return zeros > maxZeros || zeros === digits.length ? 0 : zeros
}

interface PossibleCard {
  readonly length: number
  /** How many digits its security code has. */
  readonly codeDigits: number
}

function possibleCards(number: string): readonly PossibleCard[] {
  const possible: PossibleCard[] = []
  for (const { digits, from, to, lengths, codeDigits, brand } of rangesByDigit.get(number[0] ?? '') ?? []) {
    const prefix = Number(number.slice(0, digits))
    if (prefix < from || prefix > to) continue
    for (const length of lengths) {
      if (length > number.length) break
      if (length > shortest || isOldVisa(brand, number)) possible.push({ length, codeDigits })
    }
  }
  return possible
}

/** By their first digit; no range goes from one to another. */
const rangesByDigit = Map.groupBy(issuerRanges, ({ from }) => String(from).charAt(0))

/** Of 13 digits are Visa's oldest cards alone, besides every article number and many a telephone number without a plus. */
const isOldVisa = (brand: string, number: string): boolean => brand === 'visa' && !/^491[567]/.test(number)

function passesLuhn(number: string, length: number): boolean {
  let sum = 0
  for (let at = 0; at < length; at += 1) {
    const digit = number.charCodeAt(length - 1 - at) - 0x30
    sum += at % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit
  }
  return sum % 10 === 0
}

/** The group in which so many digits have come, and how many there are up to its end. */
function endOf(groups: readonly Group[], digits: number): { readonly group: number; readonly total: number } {
  let total = 0
  for (const [group, each] of groups.entries()) {
    total += each.digits.length
    if (total >= digits) return { group, total }
  }
  return { group: groups.length - 1, total }
}

const month = '(?:0[1-9]|1[0-2])'
const year = '(?:20)?[2-4]\\d'
/** MMYY, YYMM, and with whole years; a security code may follow. */
const expiryAndCode = new RegExp(`^(?:${month}${year}|${year}${month})(?:\\d{3,4})?$`)

/** Any three digits may be a code: only behind the length that nearly all cards of their kind have. */
const isCode = (rest: string, { length, codeDigits }: PossibleCard): boolean =>
  rest.length === codeDigits && length > shortest && length <= defaultMax

const defaultMax = 16

/** Between groups of any length stand spaces, dashes and the like; anything else only where cards have a gap. */
function isLaidOut(
  groups: readonly Group[],
  { zeros, rest }: { readonly zeros: number; readonly rest: number },
) {
  if (groups.slice(0, -1).every(({ gap }) => tight.test(gap))) return true
  const sizes = groups.map(({ digits }) => digits.length)
  sizes[0] = (sizes[0] ?? 0) - zeros
  sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) - rest
  return asPrinted.test(sizes.join('-'))
}

const asPrinted = /^(?:4-){2,4}[1-5]$|^4-6-[45]$|^4-3-3-3$|^8-8$|^(?:1-)+1$/

function foundIn(
  groups: readonly Group[],
  { first, zeros, length, last, rest }: Card & { readonly first: number },
  text: string,
): Found {
  const places = groups
    .slice(first, last + 1)
    .flatMap(({ digits, at }) => Array.from(digits, (_, offset) => at + offset))
  const end = (places.at(-1) ?? 0) + 1
  const behind = placesBehind(groups.slice(last + 1), { text: text.slice(end), end })
  return {
    card: places.slice(zeros, zeros + length),
    more: [...(rest > 0 ? places.slice(-rest) : []), ...behind],
  }
}

/** Expiry date and security code in groups of their own. */
const groupsBehind = new RegExp(
  `^(?:(?:0?[1-9]|1[0-2]) ${year}|${month}${year}|${year}${month}|${year} ${month})(?: \\d{3,4})?(?!\\d)|^\\d{3,4}(?!\\d)`,
)
/** The rest of a magnetic stripe: a name between carets, or `=`, and then digits. */
const trackBehind = /^(?:\^[^^]{0,40}\^|[=D])\d+/i

function placesBehind(
  groups: readonly Group[],
  { text, end }: { readonly text: string; readonly end: number },
): readonly number[] {
  const [track] = trackBehind.exec(text) ?? []
  if (track !== undefined) return digitsOf(track, end)
  const [read] = groupsBehind.exec(groups.map(({ digits }) => digits).join(' ')) ?? ['']
  const count = read === '' ? 0 : read.split(' ').length
  return groups.slice(0, count).flatMap(({ digits, at }) => digitsOf(digits, at))
}

const digitsOf = (text: string, at: number): readonly number[] =>
  [...text.matchAll(/\d/g)].map(({ index }) => at + index)

const kept = 4

function maskReadable(original: string, { text, origin }: ReadableText): string {
  const places = findIn(text).flatMap(({ card, more }) => [...card.slice(0, -kept), ...more])
  let masked = ''
  let done = 0
  for (const at of places.sort((a, b) => a - b)) {
    masked += `${original.slice(done, origin(at))}*`
    done = origin(at + 1)
  }
  return masked + original.slice(done)
}
