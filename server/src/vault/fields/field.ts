import { maxCardNumberDigits } from '@tonegate/protocol/card/card-number'
import { maxSecurityCodeDigits } from '@tonegate/protocol/card/security-code'
import type { FieldError, FieldName, FieldView } from '@tonegate/protocol/view-state'
import { Digits } from '../model/digits.ts'
import { maxExpiryDigits } from './expiry-entry.ts'

/** The order in which the fields are asked when nobody says otherwise. */
export const fieldNames = ['pan', 'expiry', 'securityCode'] as const satisfies readonly FieldName[]

/** One field of a card as it is filled. */
export interface Field {
  readonly digits: Digits
  /** With digits, or left out: a security code that the card does not have. */
  complete: boolean
  error: FieldError | undefined
  /** Entries that were wrong so far. */
  wrong: number
  /** An entry was broken off by silence before; the first time costs no attempt. */
  brokenOff: boolean
}

export type Fields = Readonly<Record<FieldName, Field>>

export const emptyFields = (wrong: Readonly<Record<FieldName, number>>): Fields => ({
  pan: emptyField(maxCardNumberDigits, wrong.pan),
  expiry: emptyField(maxExpiryDigits, wrong.expiry),
  securityCode: emptyField(maxSecurityCodeDigits, wrong.securityCode),
})

const emptyField = (capacity: number, wrong: number): Field => ({
  digits: new Digits(capacity),
  complete: false,
  error: undefined,
  wrong,
  brokenOff: false,
})

/** A field as the agent sees it. */
export function viewOfField(
  { digits, complete, error, wrong }: Field,
  { attempts, isCurrent }: { readonly attempts: number; readonly isCurrent: boolean },
): FieldView {
  const attemptsLeft = Math.max(0, attempts - wrong)
  const state = complete
    ? 'complete'
    : digits.count > 0
      ? 'entering'
      : error
        ? 'refused'
        : isCurrent
          ? 'asked'
          : 'empty'
  return { state, digits: digits.count, attemptsLeft, ...(error && { error }) }
}

export const byName = <T>(value: (name: FieldName) => T): Record<FieldName, T> => ({
  pan: value('pan'),
  expiry: value('expiry'),
  securityCode: value('securityCode'),
})
