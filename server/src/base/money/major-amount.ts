import { exponentOf } from './currency-exponent.ts'

/**
 * An amount in the currency's major unit, exactly and with all its decimals: 1240 is `12.40` of GBP, `1240` of JPY,
 * `1.240` of KWD.
 *
 * @throws {RangeError} when the amount is not a whole number of minor units.
 */
export function majorAmount({
  amountMinor,
  currency,
}: {
  readonly amountMinor: number
  readonly currency: string
}): string {
  const exponent = exponentOf(currency)
  const sign = amountMinor < 0 ? '-' : ''
  const digits = String(BigInt(Math.abs(amountMinor))).padStart(exponent + 1, '0')
  return exponent === 0
    ? `${sign}${digits}`
    : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}
