import { sumText } from '../../base/money/sum-text.ts'
import { type ApprovedPayment, type AskedOrder, moneyOf } from './approved-payment.ts'

/** What became of an order that was under way and was asked for again. */
export function earlierText({ kind, amount, outcome }: AskedOrder): string {
  const what = `${kind} of ${sumText(amount)}`
  switch (outcome.status) {
    case 'done':
      return `A ${what} that was under way is now complete.`
    case 'refused':
      return `A ${what} was under way: the gateway refused it with code ${outcome.gatewayCode}.`
    default:
      return `A ${what} is under way: its gateway has not answered.`
  }
}

/** Where the money of a payment is: `12.40 GBP was captured, 3.00 GBP was refunded`. */
export function moneyText(payment: ApprovedPayment): string {
  const { taken, givenBack, underWay } = moneyOf(payment)
  const { currency, amountMinor } = payment.authorised
  const say = (minor: number) => sumText({ amountMinor: minor, currency })
  if (taken === 0) return `${say(amountMinor)} is authorised`
  const parts = [
    `${say(taken)} was captured`,
    ...(givenBack > 0 ? [`${say(givenBack)} was refunded`] : []),
    ...(underWay > 0 ? [`a refund of ${say(underWay)} is under way and its gateway has not answered`] : []),
  ]
  return parts.join(', ')
}
