import { Problem } from '../base/problem.ts'
import type { TypedCard } from './capture-sessions.ts'
import { type FormErrors, inputNames } from './payment-page-data.ts'

/**
 * Reads the payment page's form: card numbers with spaces or dashes between their groups, expiry dates as people
 * and browsers write them (`0928`, `09/28`, `9/28`, `09 / 2028`, `2028-09`). What cannot be such a thing becomes
 * empty, for the vault to refuse.
 *
 * @returns the card, or which fields were left empty: that costs no attempt.
 * @throws {Problem} `invalid-request` when a field was sent twice.
 */
export function readTypedCard(form: URLSearchParams): TypedCard | { readonly missing: FormErrors } {
  const pan = readInput(form, inputNames.pan)
  const expiry = readInput(form, inputNames.expiry)
  const securityCode = readInput(form, inputNames.securityCode)
  if (pan && expiry && securityCode) {
    return {
      pan: /^\d{8,19}$/.exec(pan.replace(/[\s-]/g, ''))?.[0] ?? '',
      expiry: readExpiry(expiry),
      securityCode: /^\d{3,4}$/.exec(securityCode)?.[0] ?? '',
    }
  }
  return {
    missing: {
      ...(!pan && { pan: 'missing-card-number' }),
      ...(!expiry && { expiry: 'missing-expiry-date' }),
      ...(!securityCode && { securityCode: 'missing-security-code' }),
    },
  }
}

function readInput(form: URLSearchParams, name: string): string {
  const values = form.getAll(name)
  if (values.length > 1) throw new Problem('invalid-request', `${name} was sent twice.`)
  return values[0]?.trim() ?? ''
}

function readExpiry(text: string): string {
  const [, isoYear, isoMonth] = /^20(\d{2})-(\d{2})$/.exec(text) ?? []
  if (isoYear && isoMonth) return isoMonth + isoYear
  const [, month, year] =
    /^(\d{2})(\d{2})$/.exec(text) ?? /^(\d{1,2})\s*[/.-]\s*(?:20)?(\d{2})$/.exec(text) ?? []
  return month && year ? month.padStart(2, '0') + year : ''
}
