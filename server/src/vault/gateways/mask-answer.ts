import { asAscii, withoutEscapes } from '@tonegate/protocol/readable-digits'
import { maskCardNumbers } from '../../base/redaction/find-card-number.ts'
import { holdsSecurityCode, maskSecurityCodes } from '../../base/redaction/find-security-code.ts'
import type { AtBank, FollowUpAnswer, GatewayAnswer, GatewayChallenge, NotFound } from '../model/gateway.ts'
import { type CardMarks, isMarked, placesOf } from './card-marks.ts'

type Answer = GatewayAnswer | GatewayChallenge | NotFound | AtBank | FollowUpAnswer

const maxDetails = 40
const maxDetailLength = 256

/**
 * An answer without what a gateway repeats of the card: card numbers are stars but for their last four digits, a
 * security code is left out, or stars where something has to stand.
 *
 * What the money goes by is not looked at, and was read before: `status`, `reason`, `amount`, `captured`. What is asked
 * for again by is changed only where it holds this payment's card number: `gatewayReference`, `token`; where the card is
 * not known, what could be a card number is taken for one. All else is text that somebody reads: `gatewayCode`,
 * `authorisationCode`, the names and values of `details`. A challenge goes to the customer's bank as it is, but for this
 * payment's card number.
 *
 * @param marks of the payment's card; `undefined` where another process was given it.
 */
export function maskAnswer<Some extends Answer>(answer: Some, marks: CardMarks | undefined): Some {
  if (answer.status === 'not-found') return answer
  if (answer.status === 'challenge') return { ...answer, challenge: maskChallenge(answer.challenge, marks) }
  const told = answer as Told
  const reference = (text: string) => (marks ? withoutCard([text], marks)[0] : maskCardNumbers(text))
  return {
    ...answer,
    ...(told.gatewayReference !== undefined && { gatewayReference: reference(told.gatewayReference) }),
    ...(told.token !== undefined && { token: reference(told.token) }),
    ...(told.gatewayCode !== undefined && { gatewayCode: maskText(told.gatewayCode, marks) }),
    ...(told.authorisationCode !== undefined && {
      authorisationCode: maskText(told.authorisationCode, marks),
    }),
    ...(told.details && { details: maskDetails(told.details, marks) }),
  }
}

interface Told {
  readonly gatewayReference?: string
  readonly token?: string
  readonly gatewayCode?: string
  readonly authorisationCode?: string
  readonly details?: Readonly<Record<string, string>>
}

/** A number may be spread over several members. */
function maskDetails(details: NonNullable<Told['details']>, marks: CardMarks | undefined) {
  const kept = Object.entries(details).filter(
    ([name, value]) => !(isNamedCode(name, value) || isCode(value, marks) || isCode(name, marks)),
  )
  const values = withoutCard(
    kept.map(([, value]) => value),
    marks,
  )
  return Object.fromEntries(
    kept
      .slice(0, maxDetails)
      .map(([name], at) => [
        maskText(name, marks),
        maskText(values[at] ?? '', marks).slice(0, maxDetailLength),
      ]),
  )
}

/** The name alone says it: what is labelled in a longer text becomes stars. */
const isNamedCode = (name: string, value: string): boolean =>
  holdsSecurityCode(name, value) && !holdsSecurityCode('', value)

function maskChallenge(
  { url, fields, ...challenge }: GatewayChallenge['challenge'],
  marks: CardMarks | undefined,
) {
  const [masked = '', ...values] = withoutCard([url, ...Object.values(fields)], marks)
  const names = Object.keys(fields)
  return {
    ...challenge,
    url: masked,
    fields: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])),
  }
}

/** Of a text that repeats a card number, a security code may stand anywhere. */
function maskText(text: string, marks: CardMarks | undefined): string {
  if (isCode(text, marks)) return '*'.repeat(text.length)
  const [exact = ''] = withoutCard([text], marks)
  const masked = maskSecurityCodes(maskCardNumbers(exact))
  if (!masked.includes('*')) return masked
  return masked.replace(/(?<!\d)\d{3,4}(?!\d)/g, (digits) =>
    isCode(digits, marks) ? '*'.repeat(digits.length) : digits,
  )
}

function isCode(text: string, marks: CardMarks | undefined): boolean {
  const code = marks?.securityCode
  if (!code || text.length > 100) return false
  const plain = asAscii(text).text.trim()
  return /^\d{3,4}$/.test(plain) && isMarked(Buffer.from(plain), code)
}

/** Texts without the payment's card number, whatever stands between its digits: they may begin in one and end in another. */
function withoutCard(texts: readonly string[], marks: CardMarks | undefined): readonly string[] {
  if (!marks) return texts
  const readable = texts.map((text) => readableOf(text))
  const found = digitsOf(readable.map(({ text }) => text))
  const places = placesOf({ digits: Uint8Array.from(found.digits), texts: found.texts }, marks.pan)
  if (places.size === 0) return texts
  return texts.map((text, of) => {
    const { origin } = readable[of] as ReturnType<typeof readableOf>
    let masked = ''
    let done = 0
    for (const [place, at] of found.indexes.entries()) {
      if (found.texts[place] !== of || !places.has(place)) continue
      masked += `${text.slice(done, origin(at))}*`
      done = origin(at + 1)
    }
    return masked + text.slice(done)
  })
}

/** The digits of texts in their order, of which text each is, and where in it. */
function digitsOf(texts: readonly string[]) {
  const found = { digits: [] as number[], texts: [] as number[], indexes: [] as number[] }
  for (const [of, text] of texts.entries()) {
    for (let at = 0; at < text.length; at += 1) {
      const character = text.charCodeAt(at)
      if (character < 0x30 || character > 0x39) continue
      found.digits.push(character)
      found.texts.push(of)
      found.indexes.push(at)
    }
  }
  return found
}

function readableOf(text: string) {
  const escaped = withoutEscapes(text)
  if (!escaped) return asAscii(text)
  const ascii = asAscii(escaped.text)
  return { text: ascii.text, origin: (at: number) => escaped.origin(ascii.origin(at)) }
}
