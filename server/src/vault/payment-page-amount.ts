import type { Order } from './launch.ts'

/** An amount as the customer reads it: 1240 EUR is `€12.40`, 1240 JPY is `¥1,240`. */
export function formatAmount({ amountMinor, currency }: Order): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  return format.format(amountMinor / 10 ** digits)
}
