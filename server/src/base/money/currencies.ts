import { exponents } from './currency-exponent.ts'

/** The currencies that can be paid in, by their codes in upper case. */
export const currencies: ReadonlySet<string> = new Set(exponents.keys())

const known = new Map<string, ReadonlySet<string>>()

/** A sign in upper case, without the spaces and points that some write in it. */
export function bareSign(sign: string): string {
  return sign.replace(/[\s.]/g, '').toUpperCase()
}

/** What may be written beside an amount of a currency: its code and its bare signs. */
export function signsOf(currency: string): ReadonlySet<string> {
  const before = known.get(currency)
  if (before) return before
  const narrow = symbolOf(currency, 'narrowSymbol')
  const signs = [currency, narrow, symbolOf(currency, 'symbol')]
  if (narrow === '$') signs.push(`${currency.slice(0, 2)}$`, `${currency.slice(0, 1)}$`)
  if (currency === 'PHP') signs.push('$')
  const set: ReadonlySet<string> = new Set(signs.map(bareSign))
  known.set(currency, set)
  return set
}

function symbolOf(currency: string, currencyDisplay: 'narrowSymbol' | 'symbol'): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay })
  return format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency
}
