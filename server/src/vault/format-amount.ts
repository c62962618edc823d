import type { Language } from '../base/languages.ts'
import type { Order } from './launch.ts'

/** An amount as people read it: 1240 EUR is `€12.40`, in German `12,40 €`; 1240 JPY is `¥1,240`. */
export function formatAmount({ amountMinor, currency }: Order, language: Language): string {
  const { format, digits } = formatOf(language, currency)
  return format.format(amountMinor / 10 ** digits)
}

interface AmountFormat {
  readonly format: Intl.NumberFormat
  /** Of a currency's minor units. */
  readonly digits: number
}

const known = new Map<string, AmountFormat>()

/** To make a format takes ten times as long as to use it. */
function formatOf(language: Language, currency: string): AmountFormat {
  const name = `${language} ${currency}`
  const seen = known.get(name)
  if (seen) return seen
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  const made = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
  known.set(name, made)
  return made
}
