import { createBoundedCache } from '../../../base/bounded-cache.ts'
import type { Json } from '../json-answer.ts'
import type { Asked } from './read-payment.ts'

/** A payment whose customer was asked by the bank. */
export interface KnownPayment {
  readonly asked: Asked
  /** What was sent to the bank: `MD` comes back as it was. */
  readonly sent: Readonly<Record<string, string>>
  /** What the customer came back with, once it has been handed in. */
  readonly details?: Readonly<Record<string, string>>
  /** What Adyen said of it, where that came to be known by what was handed in for another payment. */
  readonly answered?: Json
}

export type KnownPayments = ReturnType<typeof createKnownPayments>

/** More than can be at their banks at one time. */
const most = 10_000

/** Payments in the middle of a challenge that this process has asked for, by their keys. */
export function createKnownPayments() {
  const payments = createBoundedCache<string, KnownPayment>(most)
  return {
    put: (key: string, payment: KnownPayment) => void payments.set(key, payment),
    find: (key: string): KnownPayment | undefined => payments.get(key),
    forget: (key: string) => void payments.delete(key),
  }
}
