import { exponentOf } from '../../../base/money/currency-exponent.ts'
import { type Money, NotSent } from '../../model/gateway.ts'
import { fromGatewayUnits, toGatewayUnits } from '../gateway-units.ts'

/** Where Adyen counts otherwise than ISO 4217 (https://docs.adyen.com/development-resources/currency-codes). */
const exponents: Readonly<Record<string, number>> = { CLP: 2, CVE: 0, IDR: 0, ISK: 2 }

const adyenExponentOf = (currency: string): number => exponents[currency] ?? exponentOf(currency)

/** A sum as Adyen writes it. */
export interface AdyenAmount {
  readonly currency: string
  readonly value: number
}

/** @throws {NotSent} when the sum cannot be said in Adyen's units. */
export function toAdyenAmount(money: Money): AdyenAmount {
  const { currency } = money
  const value = toGatewayUnits(money, adyenExponentOf(currency))
  if (value === undefined) throw new NotSent(`Adyen cannot express this amount in ${currency}.`)
  return { currency, value }
}

export const fromAdyenAmount = ({ currency, value }: AdyenAmount): Money =>
  fromGatewayUnits(value, currency, adyenExponentOf(currency))
