import { Type } from 'typebox'
import { majorAmount } from '../../base/money/major-amount.ts'
import type { WrongMember } from '../../base/problem.ts'
import {
  compileTemplate,
  type Template,
  TemplateError,
  type TemplateShape,
  type TemplateValues,
} from '../../base/text/template.ts'
import { faultInName } from '../requests/wrong-members.ts'
import type { Paid, ResultKeys } from './paid.ts'

const maxKeys = 50
const maxNameCharacters = 64
const maxTemplateCharacters = 1024

/** Where a value ends, so that a result stays of a size that every client can take. */
const maxValueCharacters = 4096

/** The member `resultKeys` of an account configuration; {@link faultsInResultKeys} looks closer. */
export const resultKeysSchema = Type.Optional(
  Type.Record(Type.String(), Type.String({ maxLength: maxTemplateCharacters }), {
    maxProperties: maxKeys,
    description: 'Further members of `paymentResultData`, each a [template](result-templates.md).',
  }),
)

/** Every result has these, and no configuration writes over them (contract/payment-api §4). */
const normalised: ReadonlySet<string> = new Set(
  [
    'paymentOutcome',
    'cardBrand',
    'cardLast4',
    'cardToken',
    'paymentFailure',
    'paymentFailureAmount',
    'paymentFailureCode',
    'authorisationCode',
    'gatewayReference',
    'declineReason',
  ].map((name) => name.toLowerCase()),
)

/** What the templates of a configuration's own keys are filled from. */
export const resultValues = {
  result: { outcome: 'text', end: 'text', correction: 'text' },
  card: { brand: 'text', last4: 'text', expiryMonth: 'text', expiryYear: 'text' },
  charge: {
    gatewayReference: 'text',
    authorisationCode: 'text',
    declineReason: 'text',
    gatewayCode: 'text',
    token: 'text',
    captured: 'text',
  },
  details: 'any',
  order: { amountMinor: 'text', amount: 'text', currency: 'text', reference: 'text' },
  paymentData: 'any',
} as const satisfies TemplateShape

/** Values of that shape; what is not known is left out. */
type Values<Shape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends 'text'
    ? string | undefined
    : Shape[Name] extends 'any'
      ? TemplateValues
      : Values<Shape[Name]> | undefined
}

/** What is wrong with a configuration's own keys, so that nothing can be when a payment has ended. */
export function faultsInResultKeys(resultKeys: ResultKeys): readonly WrongMember[] {
  const seen = new Set<string>()
  return Object.entries(resultKeys).flatMap(([name, template]) => {
    const message = faultInKey(name, seen) ?? faultInTemplate(template)
    seen.add(name.toLowerCase())
    return message === undefined ? [] : [{ path: pathOf(name), message }]
  })
}

/** The configuration's own keys of a payment's result. A template that cannot be read any more gives nothing. */
export function ownKeys(resultKeys: ResultKeys, paid: Paid): ResultKeys {
  const entries = Object.entries(resultKeys)
  if (entries.length === 0) return {}
  const values = valuesOf(paid)
  return Object.fromEntries(entries.map(([name, text]) => [name, compiled(text)?.render(values) ?? '']))
}

function faultInKey(name: string, seen: ReadonlySet<string>): string | undefined {
  if (name === '' || [...name].length > maxNameCharacters) return 'must have a name of 1 to 64 characters'
  if (normalised.has(name.toLowerCase())) return 'is already a key of every result'
  if (seen.has(name.toLowerCase())) return 'is given twice, in two spellings'
  return faultInName(name)
}

function faultInTemplate(text: string): string | undefined {
  try {
    const [unknown] = compileTemplate(text).unknownNames(resultValues)
    return unknown && `line ${unknown.line}: unknown value {{${unknown.name}}}`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}

/** A JSON Pointer (RFC 6901); a name that is not fit to be shown is left out of it. */
function pathOf(name: string): string {
  if (name === '' || [...name].length > maxNameCharacters || faultInName(name)) return '/resultKeys'
  return `/resultKeys/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function compiled(text: string): Template | undefined {
  try {
    return compileTemplate(text, { maxCharacters: maxValueCharacters, tooLong: 'cut' })
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}

function valuesOf({ result, order, paymentData }: Paid): Values<typeof resultValues> {
  const { outcome, end, correction, card, charge } = result
  return {
    result: { outcome, end, correction },
    card: card && {
      brand: card.brand,
      last4: card.last4,
      expiryMonth: card.expiry.slice(0, 2),
      expiryYear: card.expiry && `20${card.expiry.slice(2)}`,
    },
    charge: charge && {
      gatewayReference: charge.gatewayReference,
      authorisationCode: charge.authorisationCode,
      declineReason: charge.declineReason,
      gatewayCode: charge.gatewayCode,
      token: charge.token,
      captured: charge.captured ? 'true' : '',
    },
    details: charge?.details ?? {},
    order: order && {
      amountMinor: String(order.amountMinor),
      amount: majorAmount(order),
      currency: order.currency,
      reference: order.reference,
    },
    paymentData: Object.fromEntries(Object.entries(paymentData).map(([name, value]) => [name, value ?? ''])),
  }
}
