import { exponentOf } from '../../../base/money/currency-exponent.ts'
import { type Money, NotSent } from '../../model/gateway.ts'
import { fromGatewayUnits, toGatewayUnits } from '../gateway-units.ts'

/**
 * Where Stripe's units are not those of ISO 4217: ISK and UGX have no decimals and are counted in hundredths all the
 * same; MGA is counted whole.
 */
const exponents: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 }

/** What a sum must be a multiple of, in Stripe's units: fractions that Stripe counts in and does not charge. */
const multiples: Readonly<Record<string, number>> = {
  ISK: 100,
  UGX: 100,
  BHD: 10,
  JOD: 10,
  KWD: 10,
  OMR: 10,
  TND: 10,
}

/** Three decimals or more by ISO 4217, and none that Stripe names. */
const notOffered = new Set(['IQD', 'LYD', 'CLF', 'UYW'])

const stripeExponentOf = (currency: string): number => exponents[currency] ?? exponentOf(currency)

/**
 * A sum in the units that Stripe counts in.
 *
 * @throws {NotSent} when it cannot be said in them.
 */
export function toStripeUnits(money: Money): number {
  const { currency } = money
  const units = notOffered.has(currency) ? undefined : toGatewayUnits(money, stripeExponentOf(currency))
  if (units === undefined || units % (multiples[currency] ?? 1) !== 0) {
    throw new NotSent(`Stripe cannot express this amount in ${currency}.`)
  }
  return units
}

/** @param currency as Stripe writes it, in small letters. */
export function fromStripeUnits(units: number, currency: string): Money {
  const code = currency.toUpperCase()
  return fromGatewayUnits(units, code, stripeExponentOf(code))
}
