import type { Language } from '@tonegate/protocol/languages'
import { exponentOf } from './currency-exponent.ts'
import { majorAmount } from './major-amount.ts'

/**
 * An amount as people read it: 1240 EUR is `€12.40`, in German `12,40 €`; 1240 JPY is `¥1,240`, and 499000 HUF
 * `HUF 4,990.00`. Its decimals are those of ISO 4217, by which it was read: what `Intl` finds customary is another
 * number for every tenth currency. The server alone writes it, and pages show its text: a browser's `Intl` may know
 * other signs.
 *
 * @param currencyDisplay `code`: `EUR 12.40`, for where a sign cannot be shown.
 */
export function formatAmount(
  amount: { readonly amountMinor: number; readonly currency: string },
  language: Language,
  currencyDisplay: 'symbol' | 'code' = 'symbol',
): string {
  const exact = majorAmount(amount) as Intl.StringNumericLiteral
  return formatOf(language, amount.currency, currencyDisplay).format(exact)
}

const known = new Map<string, Intl.NumberFormat>()

/** To make a format takes ten times as long as to use it. */
function formatOf(
  language: Language,
  currency: string,
  currencyDisplay: 'symbol' | 'code',
): Intl.NumberFormat {
  const name = `${language} ${currency} ${currencyDisplay}`
  const seen = known.get(name)
  if (seen) return seen
  const digits = exponentOf(currency)
  const made = new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  known.set(name, made)
  return made
}
