import { exponentOf } from './currency-exponent.ts'

/**
 * A sum in the currency's major units, as it is typed too: 1240 GBP is `12.40`, 1240 JPY `1240`, 1240 KWD `1.240`.
 * By the digits alone, so that no sum is rounded.
 */
export function majorUnits(amountMinor: number, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0')
  const sign = amountMinor < 0 ? '-' : ''
  const whole = `${sign}${digits.slice(0, digits.length - exponent)}`
  return exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`
}

/** The same with its code, as people are told it on the command line: `12.40 GBP`. */
export const sumText = ({
  amountMinor,
  currency,
}: {
  readonly amountMinor: number
  readonly currency: string
}): string => `${majorUnits(amountMinor, currency)} ${currency}`
