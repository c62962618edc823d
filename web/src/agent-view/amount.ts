import type { ViewState } from '../../../server/src/vault/view-state.ts'

/** An amount as the agent reads it: 1240 EUR is `€12.40`, 1240 JPY is `¥1,240`. */
export function formatAmount({ amountMinor, currency }: ViewState['order'], locale = 'en'): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amountMinor / 10 ** digits)
}
