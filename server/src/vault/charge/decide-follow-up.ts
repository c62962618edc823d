import { majorAmount } from '../../base/money/major-amount.ts'
import { sumText } from '../../base/money/sum-text.ts'
import {
  type ApprovedPayment,
  isDone,
  isUnderWay,
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
}

/** An order that is to be asked for: its key and the sum that belongs to it. */
type Order = Pick<OrderedFollowUp, 'idempotencyKey' | 'kind' | 'amountMinor'>

export type Decided =
  /** It is to be written and asked for. */
  | { readonly kind: 'begin'; readonly order: Order }
  /** It is under way: it is what was wanted. */
  | { readonly kind: 'ask-again'; readonly order: Order }
  /** It is under way, and not what was wanted; whoever has asked for it decides again. */
  | { readonly kind: 'ask-first'; readonly order: Order }
  /** What is under way has been asked for again and was not answered: nothing is begun. */
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'refused'
      readonly code: 'not-possible-now' | 'invalid-request'
      readonly text: string
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
  }: { readonly kind: 'capture' | 'refund'; readonly amountMinor: number; readonly most: number },
): Decided {
  const { orders, paymentKey } = payment
  const { currency } = payment.authorised
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 1 || amountMinor > most) {
    const range = `between ${majorAmount({ amountMinor: 1, currency })} and ${sumText({ amountMinor: most, currency })}`
    return {
      kind: 'refused',
      code: 'invalid-request',
      text: `The amount must be ${range}: ${moneyText(payment)}.`,
    }
  }
  const keys = new Set(orders.map(({ idempotencyKey }) => idempotencyKey))
  let number = 1
  while (keys.has(`${paymentKey}-${kind}-${number}`)) number += 1
  return { kind: 'begin', order: { idempotencyKey: `${paymentKey}-${kind}-${number}`, kind, amountMinor } }
}

/** Those that an operator gave. What the server reverses by itself, it asks for by itself. */
const underWayOf = ({ orders }: ApprovedPayment, kind: 'capture' | 'refund'): readonly OrderedFollowUp[] =>
  orders.filter((each) => each.kind === kind && each.reason === 'operator' && isUnderWay(each))

/** A gateway that is to refund all of what it has not captured yet voids it. */
function voidOf(payment: ApprovedPayment): string | undefined {
  const { orders, authorised } = payment
  const voids = orders.filter(({ kind }) => kind === 'void')
  const isAllRefunded = orders.some(
    (each) => each.kind === 'refund' && each.amountMinor === authorised.amountMinor && isDone(each),
  )
  const isVoided = isAllRefunded && moneyOf(payment).taken === 0
  if (isVoided || voids.some(isDone)) return 'This payment has been voided.'
  if (voids.some(isUnderWay)) {
    return 'This payment is being voided. The server keeps asking the gateway until it answers.'
  }
  return undefined
}

const impossible = (text: string): Decided => ({ kind: 'refused', code: 'not-possible-now', text })

const nothingUnderWay = (kind: 'capture' | 'refund'): Decided =>
  impossible(`No ${kind} of this payment is under way, so there is nothing to retry.`)
