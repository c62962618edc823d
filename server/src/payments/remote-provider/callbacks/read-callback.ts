import type { CardSummary, Charge, End, Outcome } from '@tonegate/protocol/outcome'
import creditCardType from 'credit-card-type'
import { readAmount } from '../../../base/money/read-amount.ts'
import { Problem } from '../../../base/problem.ts'
import { holdsSecurityCode } from '../../../base/redaction/find-security-code.ts'
import { numberAsWritten } from '../../../base/text/json-numbers.ts'
import { foldLineBreaks } from '../../../base/text/line-breaks.ts'
import { bodyInUtf8 } from '../../../http/bodies/body-charset.ts'
import { FormBody } from '../../../http/bodies/form-body.ts'
import { parseJsonBody } from '../../../http/bodies/json-body.ts'
import type { RemoteSessionTable } from '../../../store/tables.ts'
import type { CallbackMeaning, CallbackSettings } from '../../configurations/provider-settings.ts'
import { faultIn } from '../../requests/wrong-members.ts'

/**
 * The values of a callback, by their places, in whatever case. A JSON number is as it was written, `1.10`; `by-value` it is
 * 1.1.
 */
export type CallbackValues = (place: string, number?: 'as-written' | 'by-value') => string | undefined

/** What a callback says. */
export type CallbackResult =
  | { readonly kind: 'in-progress' }
  | {
      readonly kind: 'ended'
      readonly end: End
      readonly outcome: Outcome
      readonly card?: CardSummary
      readonly charge: Charge
      /** Why an approval is not believed. */
      readonly doubt?: 'amount' | 'currency'
    }

const maxValues = 500

/**
 * The values of a form or of JSON, flat under their places: `order.amount` for JSON's `{"order": {"amount": …}}`.
 *
 * @param sent is left as it was, for its signature.
 * @throws {Problem} `invalid-request` when it is neither, or has a value twice; `body-too-large` for a long form;
 *   `unsupported-media-type` for a charset that is not known.
 */
export function sentCallbackValues(
  sent: Buffer,
  format: 'form' | 'json',
  contentType?: string,
): CallbackValues {
  const body = bodyInUtf8(sent, contentType)
  const values = new Map<string, string>()
  const numbers = new Map<string, string>()
  const add = (place: string, value: string, number?: number) => {
    const name = place.toLowerCase()
    if (values.has(name) || values.size >= maxValues) {
      throw new Problem('invalid-request', 'The callback contains a value twice, or too many values.')
    }
    values.set(name, value)
    if (number !== undefined) numbers.set(name, String(number))
  }
  if (format === 'form') for (const [name, value] of new FormBody(Buffer.from(body)).texts()) add(name, value)
  else flatten({ '': parseJsonBody(body) as Json }, '', add)
  return (place, number) => {
    const name = place.toLowerCase()
    return (number === 'by-value' ? numbers.get(name) : undefined) ?? values.get(name)
  }
}

type Json = string | number | boolean | null | { readonly [name: string]: Json }

function flatten(
  holder: { readonly [name: string]: Json },
  above: string,
  add: (place: string, value: string, number?: number) => void,
): void {
  for (const [name, value] of Object.entries(holder)) {
    const place = above ? `${above}.${name}` : name
    if (value === null) continue
    if (typeof value === 'object') flatten(value, place, add)
    else if (typeof value === 'number') add(place, textOfNumber(holder, name, value), value)
    else add(place, String(value))
  }
}

/** A whole number that is exact is written as one: `123.0` may be a security code, and is looked at as `123`. */
const textOfNumber = (holder: object, name: string, value: number): string =>
  Number.isSafeInteger(value) ? String(value) : numberAsWritten(holder, name, value)

const ends: Readonly<Record<Exclude<CallbackMeaning, 'in-progress'>, End>> = {
  approved: 'success',
  declined: 'success',
  review: 'success',
  cancelled: 'cancelled',
  failed: 'payment-connector-error',
  unknown: 'payment-connector-error',
}

/**
 * What a callback says of a session (contract/provider §4). An approval of another amount or currency than the
 * session's is none: its outcome is `unknown`. A value that holds a card number or a security code is left out.
 */
export function readCallback(
  values: CallbackValues,
  settings: CallbackSettings,
  ordered: Pick<RemoteSessionTable, 'amount_minor' | 'currency'>,
): CallbackResult {
  const said = meaningOf(values, settings)
  if (said === 'in-progress') return { kind: 'in-progress' }
  const doubt = said === 'approved' || said === 'review' ? mismatchOf(values, settings, ordered) : undefined
  const outcome = doubt ? 'unknown' : said
  const card = cardOf(values, settings)
  return {
    kind: 'ended',
    end: ends[outcome],
    outcome,
    ...(card && { card }),
    charge: chargeOf(values, settings),
    ...(doubt && { doubt }),
  }
}

/** What a callback says in one word; `unknown` for a word that nobody has said a meaning of. */
export function meaningOf(values: CallbackValues, { result, results }: CallbackSettings): CallbackMeaning {
  const wanted = values(result)?.trim().toLowerCase()
  return Object.entries(results).find(([each]) => each.toLowerCase() === wanted)?.[1] ?? 'unknown'
}

/** Why an approval is not one of what was ordered. */
export function mismatchOf(
  values: CallbackValues,
  { amount, amounts, currency }: Pick<CallbackSettings, 'amount' | 'amounts' | 'currency'>,
  ordered: Pick<RemoteSessionTable, 'amount_minor' | 'currency'>,
): 'amount' | 'currency' | undefined {
  if (values(currency)?.trim().toUpperCase() !== ordered.currency) return 'currency'
  const paid = minorAmount(values(amount, 'by-value')?.trim() ?? '', amounts, ordered.currency)
  return paid === ordered.amount_minor ? undefined : 'amount'
}

function minorAmount(
  text: string,
  amounts: CallbackSettings['amounts'],
  currency: string,
): number | undefined {
  if (/^0+([.,]0+)?$/.test(text)) return 0
  if (amounts === 'minor') return /^\d{1,12}$/.test(text) ? Number(text) : undefined
  const read = readAmount(text, currency)
  return 'minor' in read ? read.minor : undefined
}

/** What may be known of the card; never more than four digits of its number. */
export function cardOf(
  values: CallbackValues,
  { cardLast4, cardType, cardExpiry }: Pick<CallbackSettings, 'cardLast4' | 'cardType' | 'cardExpiry'>,
): CardSummary | undefined {
  const last4 = /^(?:[x*•]+[ -]?)*(\d{4})$/i.exec(values(cardLast4)?.trim() ?? '')?.[1]
  const expiry = /^(0[1-9]|1[0-2])\/?(\d{2})$/.exec(values(cardExpiry)?.trim() ?? '')
  const brand = brandOf(values(cardType) ?? '')
  if (last4 === undefined && brand === '') return
  return { brand, last4: last4 ?? '', expiry: expiry ? `${expiry[1]}${expiry[2]}` : '' }
}

const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '')

/** Names of brands that are not their own, or shorter. */
const otherNames: readonly (readonly [string, string])[] = [
  ['amex', 'american-express'],
  ['mc', 'mastercard'],
  ['diners', 'diners-club'],
  ['cup', 'unionpay'],
]

const brandNames: readonly (readonly [string, string])[] = [
  ...Object.values(creditCardType.types).map((type) => [letters(type), type] as const),
  ...otherNames,
]

/** `Visa Debit`, `MASTERCARD` → as `credit-card-type` names them; empty for what it does not know. */
function brandOf(cardType: string): string {
  const given = letters(cardType.slice(0, 64))
  const exact = brandNames.find(([name]) => name === given)
  return (exact ?? brandNames.find(([name]) => name.length > 3 && given.startsWith(name)))?.[1] ?? ''
}

/** By its place a value may be a security code; a place of JSON ends in its member's name. */
const isTold = (place: string, value: string): boolean =>
  faultIn(value) === undefined && !holdsSecurityCode(place, value)

/** What the gateway said. A value that is too long, or holds a card number or a security code, is left out. */
export function chargeOf(
  values: CallbackValues,
  settings: Pick<CallbackSettings, 'transactionId' | 'authorisationCode' | 'code' | 'details'>,
): Charge {
  const text = (place: string | undefined, most: number) => {
    const value = place && values(place)?.trim()
    const number = place && values(place, 'by-value')
    const isFit = value && value.length <= most && isTold(place, value) && isTold(place, number ?? '')
    return isFit ? value : undefined
  }
  const line = (place: string | undefined, most: number) =>
    foldLineBreaks(text(place, most) ?? '') || undefined
  const gatewayReference = line(settings.transactionId, 255)
  const authorisationCode = line(settings.authorisationCode, 64)
  const gatewayCode = line(settings.code, 64)
  const details = Object.fromEntries(
    settings.details.flatMap((place) => {
      const value = text(place, 1024)
      return value === undefined ? [] : [[place, value]]
    }),
  )
  return {
    ...(gatewayReference !== undefined && { gatewayReference }),
    ...(authorisationCode !== undefined && { authorisationCode }),
    ...(gatewayCode !== undefined && { gatewayCode }),
    ...(Object.keys(details).length > 0 && { details }),
  }
}
