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
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amountMinor / 10 ** digits)
}
