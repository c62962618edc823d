import { type Static, Type } from 'typebox'
import { currencies } from '../base/money/currencies.ts'
import { membersOf } from './answers.ts'
import { choice } from './choice.ts'

const statuses = ['authorized', 'captured', 'partially-refunded', 'refunded', 'voided'] as const

const sum = Type.Optional(Type.String({ description: 'In major units.' }))

/** All that a model sees of the money of an approved payment; no reference of a gateway is among it. */
export const paymentFacts = Type.Object({
  status: choice(statuses),
  currency: Type.String({ description: 'ISO 4217.' }),
  authorized: sum,
  captured: sum,
  refunded: sum,
  refund_pending: sum,
  refundable: sum,
})

export type PaymentFacts = Static<typeof paymentFacts>

/** @returns `undefined` for what is no payment. */
export function paymentFactsOf(answer: unknown): PaymentFacts | undefined {
  const members = membersOf(answer)
  const status = statuses.find((each) => each === members.status)
  const { currency } = members
  if (!status || typeof currency !== 'string' || !currencies.has(currency)) return undefined
  const sums = Object.entries(names).flatMap(([name, from]) => {
    const value = members[from]
    return typeof value === 'string' && /^\d{1,12}(?:\.\d{1,4})?$/.test(value) ? [[name, value]] : []
  })
  return { status, currency, ...Object.fromEntries(sums) }
}

const names = {
  authorized: 'authorizedAmount',
  captured: 'capturedAmount',
  refunded: 'refundedAmount',
  refund_pending: 'pendingRefundAmount',
  refundable: 'refundableAmount',
} as const

/** The same in a sentence. */
export function paymentWords({ status, currency, authorized, captured, refunded }: PaymentFacts): string {
  const words = {
    authorized: `${authorized} ${currency} is held, and has not been captured.`,
    captured: `${captured} ${currency} was captured.`,
    'partially-refunded': `${refunded} ${currency} of ${captured} ${currency} was refunded.`,
    refunded: `All of it, ${refunded} ${currency}, was refunded.`,
    voided: `The ${authorized} ${currency} that was held has been released.`,
  }
  return words[status]
}
