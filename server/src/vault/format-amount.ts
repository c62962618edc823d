import type { Language } from '../base/languages.ts'
import type { Order } from './launch.ts'

/**
 * An amount as people read it: 1240 EUR is `€12.40`, in German `12,40 €`; 1240 JPY is `¥1,240`.
 *
 * @param currencyDisplay `code`: `EUR 12.40`, for where a sign cannot be shown.
 */
export function formatAmount(
  { amountMinor, currency }: Pick<Order, 'amountMinor' | 'currency'>,
  language: Language,
  currencyDisplay: 'symbol' | 'code' = 'symbol',
): string {
  const { format, digits } = formatOf(language, currency, currencyDisplay)
  return format.format(amountMinor / 10 ** digits)
}

interface AmountFormat {
  readonly format: Intl.NumberFormat
  /** Of a currency's minor units. */
  readonly digits: number
}

const known = new Map<string, AmountFormat>()

/** To make a format takes ten times as long as to use it. */
function formatOf(language: Language, currency: string, currencyDisplay: 'symbol' | 'code'): AmountFormat {
  const name = `${language} ${currency} ${currencyDisplay}`
  const seen = known.get(name)
  if (seen) return seen
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay })
  const made = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
  known.set(name, made)
  return made
}
