import { type FormErrors, inputNames } from '@tonegate/protocol/payment-page-data'
import type { FieldName } from '@tonegate/protocol/view-state'
import { paymentPageTexts } from './texts/payment-page-texts.ts'

const fieldNames = Object.keys(inputNames) as FieldName[]

/**
 * The address of the form with what was wrong with the card that was sent: which field, and which error; never a digit.
 * A browser without a script is sent there, so that neither Back nor a reload sends the card again.
 */
export const addressWithErrors = (path: string, errors: FormErrors): string =>
  `${path}?${new URLSearchParams(Object.entries(errors))}`

/** What the query of such an address says; of anything else nothing. */
export function errorsIn(query: Readonly<Record<string, unknown>>): FormErrors {
  const errors = fieldNames.flatMap((name) => {
    const error = query[name]
    return typeof error === 'string' && Object.hasOwn(paymentPageTexts.en.fieldErrors, error)
      ? [[name, error]]
      : []
  })
  return Object.fromEntries(errors)
}
