import type { SecurityCodePolicy } from './card/security-code-policy.ts'
import type { MissingField, PaymentPageTexts } from './payment-page-texts.ts'
import type { FieldError, FieldName } from './view-state.ts'

/**
 * Where a payment page stands: a card can be typed · the gateway has been asked · the customer's bank asks the
 * customer · there is nothing to do here any more, and the page itself says why.
 */
export type PageState = 'open' | 'processing' | 'challenge' | 'over'

/** What the script of the form finds in its page, under the id `page-data`. */
export interface PaymentFormData {
  readonly kind: 'form'
  /** `/pay/{guid}/{secret}`. */
  readonly path: string
  /** The header `Accept` that the page was asked for with, which no script can read. */
  readonly accept: string
  /** The server's time, in milliseconds since the epoch: the browser's clock may be wrong. */
  readonly now: number
  /** The brands that are taken; empty means any. */
  readonly brands: readonly string[]
  readonly securityCode: SecurityCodePolicy
  readonly texts: Pick<
    PaymentPageTexts,
    'securityCodeHints' | 'fieldErrors' | 'errorHeading' | 'notSent' | 'notPaid' | 'unknownYet'
  > & {
    /** The button while it is busy. */
    readonly busy: string
  }
}

/** What the script of a page finds that waits for the end of a payment. */
export interface PaymentFollowData {
  readonly kind: 'follow'
  readonly path: string
  readonly state: 'processing' | 'challenge'
}

/** How the form's fields are called. */
export const inputNames: Readonly<Record<FieldName, string>> = {
  pan: 'cardNumber',
  expiry: 'expiry',
  securityCode: 'securityCode',
}

/** What the form's script tells of the browser, for the customer's bank (3-D Secure). */
export const browserInputNames = {
  acceptHeader: 'browserAccept',
  colorDepth: 'browserColorDepth',
  javaEnabled: 'browserJava',
  language: 'browserLanguage',
  screenHeight: 'browserScreenHeight',
  screenWidth: 'browserScreenWidth',
  timeZoneOffset: 'browserTimeZoneOffset',
} as const

/** What is wrong with each field of the form. */
export type FormErrors = Readonly<Partial<Record<FieldName, FieldError | MissingField>>>

/** What the form's script is answered: what is wrong, or that the form is done with and the page says the rest. */
export type SubmitAnswer =
  | { readonly kind: 'refused'; readonly errors: FormErrors; readonly advice: string }
  | { readonly kind: 'done' }

/** How many digits are in a field of the form. */
export interface TypedReport {
  readonly field: FieldName
  readonly digits: number
}
