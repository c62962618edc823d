import type { DoubleAnswer, DoubleRequest } from '../../test-double.ts'
import { factsOf, stripeExpansions, type Takes } from './test-stripe-facts.ts'

export const failure = (status: number, error: object): DoubleAnswer => ({ status, body: { error } })

const invalid = (error: object = {}, status = 400): DoubleAnswer =>
  failure(status, { type: 'invalid_request_error', ...error })

/** What the account of the double may do. */
export interface StripeAccount {
  readonly rawCards: boolean
  readonly moto: boolean
}

/** Versions before this one call it `payment_method_types`. */
const allowedSince = '2026-07-29'
const typesUntil = '2026-09-30'
const usagesSince = '2026-10-28'

/**
 * Refuses what Stripe does not know: a call, a parameter, a value, an expansion; and what the account may not do.
 * `undefined`: the request can be carried out.
 */
export function stripeRefusal(request: DoubleRequest, account: StripeAccount): DoubleAnswer | undefined {
  const call = factsOf(`${request.method} ${request.path}`)
  if (!call) return invalid({ message: 'Unrecognized request URL' }, 404)
  const form = request.method === 'GET' ? request.query : new URLSearchParams(request.body.toString())
  const takes = takenBy(call.takes, request.headers['stripe-version'] ?? '')
  const seen = new Set<string>()
  for (const [name, value] of form) {
    if (seen.has(name)) return invalid({ param: name, message: 'A parameter came twice' })
    seen.add(name)
    if (/^expand\[\d+\]$/.test(name)) {
      if (!stripeExpansions[call.answers].includes(value)) {
        return invalid({ message: `This property cannot be expanded (${value}).` })
      }
    } else if (!(call.metadata && /^metadata\[\w{1,40}\]$/.test(name) && value.length <= 500)) {
      const wrong = wrongParameter(name, value, takes)
      if (wrong) return wrong
    }
  }
  const missing = call.needs.find((name) => !seen.has(name))
  if (missing !== undefined) return invalid({ code: 'parameter_missing', param: missing })
  if (!account.moto && seen.has('payment_method_options[card][moto]')) {
    return unknownParameter('payment_method_options[card][moto]')
  }
  const number = form.get('payment_method_data[card][number]') ?? form.get('card[number]')
  return number === null ? undefined : wrongCard(number, account)
}

function takenBy(takes: Readonly<Record<string, Takes>>, version: string): Readonly<Record<string, Takes>> {
  const entries = Object.entries(takes).flatMap(([name, each]): [string, Takes][] => {
    if (name === 'allowed_payment_method_types[0]') {
      return [
        ...(version >= allowedSince ? [[name, each] as [string, Takes]] : []),
        ...(version < typesUntil ? [['payment_method_types[0]', each] as [string, Takes]] : []),
      ]
    }
    return version < usagesSince && name.endsWith('_credential_usage]') ? [] : [[name, each]]
  })
  return Object.fromEntries(entries)
}

function wrongParameter(
  name: string,
  value: string,
  takes: Readonly<Record<string, Takes>>,
): DoubleAnswer | undefined {
  const taken = Object.hasOwn(takes, name) ? takes[name] : undefined
  if (name === 'payment_method_types[0]' && taken === undefined) {
    return invalid({ code: 'payment_method_types_no_longer_supported', param: 'payment_method_types' })
  }
  if (taken === undefined) return unknownParameter(name)
  if (value === '') return invalid({ code: 'parameter_invalid_empty', param: name })
  const isRight =
    taken === 'text' ||
    (taken === 'number' && /^-?\d{1,15}$/.test(value)) ||
    (taken === 'flag' && /^(true|false)$/.test(value)) ||
    (typeof taken === 'object' && taken.includes(value))
  return isRight ? undefined : invalid({ param: name, message: 'Invalid value' })
}

const unknownParameter = (param: string): DoubleAnswer =>
  invalid({ code: 'parameter_unknown', param, message: `Received unknown parameter: ${param}` })

/** Without a code, and with the status of a decline. */
function wrongCard(number: string, { rawCards }: StripeAccount): DoubleAnswer | undefined {
  if (!rawCards) {
    const message = `Sending credit card numbers directly to the Stripe API is generally unsafe: ${number}`
    return invalid({ message }, 402)
  }
  const sum = [...number]
    .reverse()
    .map((digit, at) => Number(digit) * ((at % 2) + 1))
    .reduce((total, each) => total + (each > 9 ? each - 9 : each), 0)
  return sum % 10 === 0
    ? undefined
    : failure(402, { type: 'card_error', code: 'incorrect_number', param: 'number' })
}
