import { exponentOf } from '../../base/money/currency-exponent.ts'
import type { Money } from '../model/gateway.ts'

/**
 * A sum in the units that a gateway counts a currency in; `undefined` when it cannot be said in them.
 *
 * @param exponent how many digits the gateway takes to stand behind the decimal sign.
 */
export function toGatewayUnits({ amountMinor, currency }: Money, exponent: number): number | undefined {
  const shift = exponent - exponentOf(currency)
  const units = shift < 0 ? amountMinor / 10 ** -shift : amountMinor * 10 ** shift
  return Number.isSafeInteger(units) ? units : undefined
}

/** The sum that a gateway named; not a whole number where it names a fraction of our minor unit. */
export function fromGatewayUnits(units: number, currency: string, exponent: number): Money {
  const shift = exponent - exponentOf(currency)
  return { amountMinor: shift < 0 ? units * 10 ** -shift : units / 10 ** shift, currency }
}
