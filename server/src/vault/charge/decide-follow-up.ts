import type { Guid } from '../../base/guid.ts'
import { majorAmount } from '../../base/money/major-amount.ts'
import { sumText } from '../../base/money/sum-text.ts'
import type { FollowUpKind } from '../model/gateway.ts'
import {
  type ApprovedPayment,
  isDone,
  isUnderWay,
  isVoided,
  moneyOf,
  type OrderedFollowUp,
} from './approved-payment.ts'
import { moneyText } from './follow-up-texts.ts'

/** What is wanted of a payment. */
export interface Wanted {
  /** All that there is unless less is said. */
  readonly amountMinor?: number
  /**
   * What becomes of the order where one is under way. `usual`: one of the same sum is this one, and is asked for again;
   * one of another sum is asked for again first, and while its gateway does not answer nothing is begun. `retry`: only
   * what is under way is asked for again, and nothing is begun. `another`: a further one is begun beside it.
   */
  readonly repeat?: 'usual' | 'retry' | 'another'
  /** What whoever wants it calls it: there is one order of a name, however often it is wanted. */
  readonly name?: Guid
}

/** An order that is to be asked for: its key and the sum that belongs to it. */
export type Order = Pick<OrderedFollowUp, 'idempotencyKey' | 'kind' | 'amountMinor'>

export type Decided =
  /** It is to be written and asked for. */
  | { readonly kind: 'begin'; readonly order: Order }
  /** It was given under this name before, and its gateway has answered. */
  | { readonly kind: 'answered'; readonly order: OrderedFollowUp }
  /** It is under way: it is what was wanted. */
  | { readonly kind: 'ask-again'; readonly order: Order }
  /** It is under way, and not what was wanted; whoever has asked for it decides again. */
  | { readonly kind: 'ask-first'; readonly order: Order }
  /** What is under way has been asked for again and was not answered: nothing is begun. */
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'refused'
      readonly code: 'not-possible-now' | 'amount-not-possible'
      readonly text: string
    }

/** An order that was given under a name is the one that is wanted, whatever has been ordered since. */
export function orderNamed(
  { orders }: ApprovedPayment,
  { kind, wanted: { name, repeat } }: { readonly kind: FollowUpKind; readonly wanted: Wanted },
): Decided | undefined {
  if (name === undefined) return undefined
  const order = orders.find((each) => each.name === name)
  if (order) return { kind: isUnderWay(order) ? 'ask-again' : 'answered', order }
  return repeat === 'retry' ? nothingUnderWay(kind) : undefined
}

/** @param asked the keys that were asked for already, for the same want. */
export function decideCapture(payment: ApprovedPayment, wanted: Wanted, asked: ReadonlySet<string>): Decided {
  const { answer, authorised, orders } = payment
  const { amountMinor = authorised.amountMinor, repeat } = wanted
  if (answer.captured || orders.some((each) => each.kind === 'capture' && isDone(each))) {
    return impossible('This payment has already been captured.')
  }
  const voided = voidOf(payment)
  if (voided) return impossible(voided)
  if (authorised.amountMinor === 0)
    return impossible('This payment has no amount: there is nothing to capture.')
  const open = underWayOf(payment, 'capture')
  if (open.length > 0) {
    // Captured is once: there is no other capture beside one that is under way.
    return joined(open, { ...wanted, repeat: repeat === 'retry' ? 'retry' : 'usual' }, { asked, amountMinor })
  }
  if (repeat === 'retry') return nothingUnderWay('capture')
  return begin(payment, { kind: 'capture', amountMinor, most: authorised.amountMinor })
}

export function decideRefund(payment: ApprovedPayment, wanted: Wanted, asked: ReadonlySet<string>): Decided {
  const { left, taken } = moneyOf(payment)
  const { repeat = 'usual' } = wanted
  const voided = voidOf(payment)
  if (voided) return impossible(voided)
  const open = underWayOf(payment, 'refund')
  const all = left > 0 ? left : open[0]?.amountMinor
  const { amountMinor = all ?? 0 } = wanted
  if (open.length > 0 && repeat !== 'another') return joined(open, wanted, { asked, amountMinor })
  if (repeat === 'retry') return nothingUnderWay('refund')
  if (taken === 0) {
    return impossible('Nothing is left to refund on this payment: nothing was captured.')
  }
  if (left <= 0) {
    return impossible(`Nothing is left to refund on this payment: ${moneyText(payment)}.`)
  }
  return begin(payment, { kind: 'refund', amountMinor: wanted.amountMinor ?? left, most: left })
}

/** Voids all that is authorised: what was captured is refunded instead. */
export function decideVoid(payment: ApprovedPayment, wanted: Wanted, asked: ReadonlySet<string>): Decided {
  const { answer, authorised, orders } = payment
  const { amountMinor } = authorised
  if (answer.captured || orders.some((each) => each.kind === 'capture' && isDone(each)))
    return impossible('This payment has been captured, so it cannot be voided. Refund it instead.')
  if (orders.some((each) => each.kind === 'capture' && isUnderWay(each)))
    return impossible('A capture of this payment is under way, and its gateway has not answered.')
  if (amountMinor === 0) return impossible('This payment has no amount: there is nothing to void.')
  const open = underWayOf(payment, 'void')
  if (open.length > 0) return joined(open, { repeat: 'usual' }, { asked, amountMinor })
  if (wanted.repeat === 'retry') return nothingUnderWay('void')
  const voided = voidOf(payment)
  if (voided) return impossible(voided)
  return begin(payment, { kind: 'void', amountMinor, most: amountMinor })
}

/** What is done about a want while orders of its kind are under way. */
function joined(
  open: readonly OrderedFollowUp[],
  { repeat, ...wanted }: Wanted,
  { asked, amountMinor }: { readonly asked: ReadonlySet<string>; readonly amountMinor: number },
): Decided {
  const isRetryOfAny = repeat === 'retry' && wanted.amountMinor === undefined
  const same = open.find((each) => isRetryOfAny || each.amountMinor === amountMinor)
  if (same) return { kind: 'ask-again', order: same }
  if (repeat === 'retry')
    return impossible('Nothing of this amount is under way, so there is nothing to retry.')
  const other = open.find(({ idempotencyKey }) => !asked.has(idempotencyKey))
  return other ? { kind: 'ask-first', order: other } : { kind: 'wait' }
}

/** The sum is one of its own, and so is the key. */
function begin(
  payment: ApprovedPayment,
  {
    kind,
    amountMinor,
    most,
  }: { readonly kind: FollowUpKind; readonly amountMinor: number; readonly most: number },
): Decided {
  const { orders, paymentKey } = payment
  const { currency } = payment.authorised
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || amountMinor > most) {
    const range = `between ${majorAmount({ amountMinor: 1, currency })} and ${sumText({ amountMinor: most, currency })}`
    return {
      kind: 'refused',
      code: 'amount-not-possible',
      text: `The amount must be ${range}: ${moneyText(payment)}.`,
    }
  }
  const keys = new Set(orders.map(({ idempotencyKey }) => idempotencyKey))
  let number = 1
  while (keys.has(`${paymentKey}-${kind}-${number}`)) number += 1
  return { kind: 'begin', order: { idempotencyKey: `${paymentKey}-${kind}-${number}`, kind, amountMinor } }
}

/** Those that an operator gave. What the server reverses by itself, it asks for by itself. */
const underWayOf = ({ orders }: ApprovedPayment, kind: FollowUpKind): readonly OrderedFollowUp[] =>
  orders.filter((each) => each.kind === kind && each.reason === 'operator' && isUnderWay(each))

function voidOf(payment: ApprovedPayment): string | undefined {
  if (isVoided(payment)) return 'This payment has been voided.'
  if (payment.orders.some((each) => each.kind === 'void' && isUnderWay(each))) {
    return 'This payment is being voided. The server keeps asking the gateway until it answers.'
  }
  return undefined
}

const impossible = (text: string): Decided => ({ kind: 'refused', code: 'not-possible-now', text })

const nothingUnderWay = (kind: FollowUpKind): Decided =>
  impossible(`No ${kind} of this payment is under way, so there is nothing to retry.`)
