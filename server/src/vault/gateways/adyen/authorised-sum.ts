import type { Money } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { integerIn, type Json, objectIn, textIn } from '../json-answer.ts'
import { fromAdyenAmount } from './adyen-units.ts'

/**
 * The sum that was authorised: `amount`, and what the bank has authorised of it where that is told. Where the two differ
 * it is the one that was not ordered.
 *
 * @throws {UnclearAnswer} where it is not told: then nobody knows how much it is.
 */
export function authorisedSum(payment: Json, order: Money): Money {
  const named = objectIn(payment, 'amount')
  const more = objectIn(payment, 'additionalData')
  const amount = sumOf(integerIn(named, 'value'), textIn(named, 'currency'))
  const { authorisedAmountValue, authorisedAmountCurrency } = more ?? {}
  if (authorisedAmountValue === undefined) return amount
  const byBank = sumOf(
    /^\d{1,15}$/.test(String(authorisedAmountValue)) ? Number(authorisedAmountValue) : undefined,
    textIn({ authorisedAmountCurrency }, 'authorisedAmountCurrency') ?? amount.currency,
  )
  return isSame(byBank, order) ? amount : byBank
}

/** Whether it is less than was ordered, or one of several payments of an order of which some is still to be paid. */
export function isPart(payment: Json, authorised: Money, order: Money): boolean {
  const remaining = integerIn(objectIn(objectIn(payment, 'order'), 'remainingAmount'), 'value') ?? 0
  const isLess = authorised.currency === order.currency && authorised.amountMinor < order.amountMinor
  return isLess || remaining > 0
}

function sumOf(value: number | undefined, currency: string | undefined): Money {
  if (value === undefined || currency === undefined) throw new UnclearAnswer('a payment without an amount')
  return fromAdyenAmount({ value, currency })
}

const isSame = (one: Money, other: Money): boolean =>
  one.amountMinor === other.amountMinor && one.currency === other.currency
