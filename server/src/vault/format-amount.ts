import type { Language } from '../base/languages.ts'
import type { Order } from './launch.ts'

/** An amount as people read it: 1240 EUR is `€12.40`, in German `12,40 €`; 1240 JPY is `¥1,240`. */
export function formatAmount({ amountMinor, currency }: Order, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amountMinor / 10 ** digits)
}
