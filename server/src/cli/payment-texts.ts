import { majorAmount } from '../base/money/major-amount.ts'
import { sumText } from '../base/money/sum-text.ts'
import { type ApprovedPayment, type AskedOrder, moneyOf } from '../vault/charge/approved-payment.ts'
import type { Wanted } from '../vault/charge/decide-follow-up.ts'
import type { FollowedUp, Plan } from '../vault/charge/follow-up-payment.ts'
import { earlierText } from '../vault/charge/follow-up-texts.ts'

const words = {
  capture: { done: 'captured', refused: 'The gateway refused the capture' },
  refund: { done: 'refunded', refused: 'The gateway refused the refund' },
  void: { done: 'voided', refused: 'The gateway refused the void' },
} as const

export type OrderKind = keyof typeof words

/** What an order would do, for an operator who has not said yes. */
export function planText(
  { decided, payment }: Plan,
  { amountMinor }: Wanted,
  { session, kind }: { readonly session: string; readonly kind: OrderKind },
): string {
  const { done } = words[kind]
  const say = sayIn(payment)
  if (decided.kind !== 'ask-first') return `${say(decided.order.amountMinor)} of ${session} would be ${done}`
  const rest = amountMinor === undefined ? 'the rest' : say(amountMinor)
  return (
    `A ${kind} of ${say(decided.order.amountMinor)} is under way and would be requested again; once its gateway has ` +
    `answered, ${rest} of ${session} would be ${done}`
  )
}

/** What was done, and what is left; each sum is the one that the gateway was asked for. */
export function doneText(
  { earlier, payment }: FollowedUp,
  { kind, amount, again }: AskedOrder,
  session: string,
): string {
  const sum = sumText(amount)
  const done = `${sum} of ${session} was ${words[kind].done}`
  return [
    ...earlier.map(earlierText),
    again ? `The ${kind} of ${sum} that was under way is complete: ${done}, once.` : `${done}.`,
    restTexts[kind](payment),
  ].join(' ')
}

const restTexts = {
  capture: notTakenText,
  refund: leftText,
  void: () => 'The customer is not charged.',
} as const

function notTakenText(payment: ApprovedPayment): string {
  const rest = payment.authorised.amountMinor - moneyOf(payment).taken
  return rest > 0 ? `${sayIn(payment)(rest)} is released.` : 'That is the full amount.'
}

function leftText(payment: ApprovedPayment): string {
  const { left, underWay } = moneyOf(payment)
  const say = sayIn(payment)
  return [
    left > 0 ? `${say(left)} is left to refund.` : 'Nothing is left to refund.',
    ...(underWay > 0 ? [`A refund of ${say(underWay)} is under way.`] : []),
  ].join(' ')
}

/** Why what was wanted was not done, or is not known to be; and what was done all the same. */
export function notDoneText(
  { earlier, order, payment }: FollowedUp,
  { amountMinor, repeat }: Wanted,
  kind: OrderKind,
): string {
  const { done, refused } = words[kind]
  const before = earlier.map(earlierText)
  if (!order) {
    const wanted = amountMinor === undefined ? 'Nothing else' : sayIn(payment)(amountMinor)
    return [...before, `${wanted} was not ${done}.`, laterText(earlier.at(-1), kind)].join(' ')
  }
  const sum = sumText(order.amount)
  if (order.outcome.status === 'refused') {
    return [...before, `${refused} with code ${order.outcome.gatewayCode}. ${sum} was not ${done}.`].join(' ')
  }
  const how = repeat === 'another' ? 'with --retry instead of --another' : 'with --retry'
  return [
    ...before,
    `The gateway has not answered. Run the same command again ${how}; it will not be carried out twice.`,
    `Until the gateway answers, it is not known whether ${sum} was ${done}.`,
  ].join(' ')
}

function laterText(open: AskedOrder | undefined, kind: OrderKind): string {
  const { amountMinor = 0, currency = '' } = open?.amount ?? {}
  const retry = `with --amount ${majorAmount({ amountMinor, currency })} --retry to repeat only that ${kind}`
  const another = kind === 'refund' ? ', or with --another to start another one as well' : ''
  return `Run the command again later, ${retry}${another}.`
}

/** Says sums in the payment's currency. */
export const sayIn =
  ({ authorised: { currency } }: ApprovedPayment) =>
  (amountMinor: number): string =>
    sumText({ amountMinor, currency })
