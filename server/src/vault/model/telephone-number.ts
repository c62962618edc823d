import { asAscii } from '@tonegate/protocol/readable-digits'
import { type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** An address as a sender takes it, or what is wrong with a text that is none, in words that follow its member's name. */
export type ReadAddress = { readonly address: string } | { readonly wrong: string }

const example = 'such as +48500000000'
const none: ReadAddress = { wrong: `must be a phone number ${example}` }
const withoutCountry: ReadAddress = { wrong: `must begin with + and the country code, ${example}` }
const impossible: ReadAddress = { wrong: 'is not a possible phone number' }

/** `+` or `00`, the country code, and the number; the plus may stand in brackets with the country code. */
const shape = /^(?<begin>\(?\+|\(?00)(?<number>[\d ().\-/]+)$/
const trunkZero = /\(\s*0\s*\)/

/**
 * Reads a telephone number as people write it, to the one form that it is dialled by from everywhere (E.164): digits of any
 * script, with spaces, dashes, points, slashes or brackets between them, `00` for `+`, a `tel:` before it (RFC 3966). A zero
 * that is dialled at home alone goes (`+49 (0)171 …`), and one that belongs to the number stays (`+39 06 …`): which it is,
 * the numbering plan of the country says. Without a country code nobody knows which country that would be; an extension
 * gets no text messages.
 */
export function readTelephoneNumber(text: string): ReadAddress {
  const written = asAscii(text.replace(/\s/gu, ' '))
    .text.trim()
    .replace(/^tel:\s*/i, '')
  const { begin, number } = shape.exec(written)?.groups ?? {}
  if (begin === undefined || number === undefined) {
    return /^[\d ().\-/]+$/.test(written) ? withoutCountry : none
  }
  const readings = trunkZero.test(number) ? [number, number.replace(trunkZero, '')] : [number]
  const found = readings.flatMap((each) => numberIn(each) ?? [])
  const valid = found.filter((each) => each.isValid())
  const sure = valid.length > 0 ? valid : found.filter(isPossible)
  const [first, ...others] = new Set(sure.map((each) => each.number))
  return first !== undefined && others.length === 0 && isReadAsItself(first) ? { address: first } : impossible
}

/** Where zeros for home stand behind one another, what is left when one has gone may be no number. */
function isReadAsItself(address: string): boolean {
  const again = numberIn(address)
  return again?.number === address && (again.isValid() || isPossible(again))
}

/** Seven to fifteen digits, of which the first, of the country code, is no zero (E.164 §6). */
const international = /^\+[1-9]\d{6,14}$/

/** No number of North America begins so: `0011 64 …` is how New Zealand is dialled from Australia. */
const noNumber = /^1[01]/

function numberIn(written: string): PhoneNumber | undefined {
  const digits = written.replace(/\D/g, '')
  const number = noNumber.test(digits) ? undefined : parsePhoneNumberFromString(`+${digits}`)
  return number && international.test(number.number) ? number : undefined
}

/**
 * Of the right length for its country, though in no range that is known to be given out: new ones are, and those of
 * examples never. Not where a zero for home has stayed in it.
 */
const isPossible = (number: PhoneNumber): boolean =>
  number.isPossible() && !number.nationalNumber.startsWith('0')
