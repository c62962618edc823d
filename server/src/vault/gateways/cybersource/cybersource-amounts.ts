import { exponentOf } from '../../../base/money/currency-exponent.ts'
import { majorAmount } from '../../../base/money/major-amount.ts'
import type { Money } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'

/** An amount as CyberSource writes it: in the currency's unit, with a decimal point. */
export const amountDetails = (money: Money) => ({
  totalAmount: majorAmount(money),
  currency: money.currency,
})

/**
 * The sum that an answer names; `undefined` when it names none.
 *
 * @param member which of the sums: `authorizedAmount` is what the bank said, `totalAmount` what was asked for.
 * @throws {UnclearAnswer} when it is none that there can be in its currency.
 */
export function amountIn(details: Json | undefined, member: string): Money | undefined {
  const text = textIn(details, member)
  const currency = textIn(details, 'currency')
  if (text === undefined || currency === undefined) return undefined
  const exponent = exponentOf(currency)
  const [, whole = '', fraction = ''] = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text) ?? []
  const rest = fraction.slice(exponent)
  if (whole === '' || /[1-9]/.test(rest)) throw new UnclearAnswer('an invalid amount')
  return { amountMinor: Number(`${whole}${fraction.slice(0, exponent).padEnd(exponent, '0')}`), currency }
}

/** Whether a sum is less than the other, in its currency. */
export const isPartOf = (part: Money | undefined, whole: Money): boolean =>
  part !== undefined && part.currency === whole.currency && part.amountMinor < whole.amountMinor

export const isSameSum = (one: Money, other: Money): boolean =>
  one.currency === other.currency && one.amountMinor === other.amountMinor
