import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../../base/clock.ts'
import type { DoubleAnswer } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'
import type { Intent } from './test-stripe-intents.ts'
import { failure } from './test-stripe-refusals.ts'

export interface Method {
  readonly id: string
  readonly number: string
  customer: string | null
}

/** What the double knows. */
export type StripeState = ReturnType<typeof createStripeState>

export const createStripeState = (clock: Clock) => ({
  clock,
  ledger: createTestLedger(),
  intents: new Map<string, Intent>(),
  refunds: [] as Record<string, unknown>[],
  customers: new Map<string, object>(),
  methods: new Map<string, Method>(),
  /** What the bank approves of the next payment. */
  approvedPart: undefined as number | undefined,
  /** Where customers are sent to their bank. */
  bankUrl: '',
})

export const nameOf = (): string => randomUUID().replaceAll('-', '')

/** A card, kept for nobody yet. */
export function keep({ methods }: StripeState, number: string): Method {
  const method = { id: `pm_${nameOf()}`, number, customer: null }
  methods.set(method.id, method)
  return method
}

export const missing = failure(404, { type: 'invalid_request_error', code: 'resource_missing' })

export const shownMethod = (method: Method | undefined): DoubleAnswer =>
  method
    ? {
        status: 200,
        body: { id: method.id, object: 'payment_method', type: 'card', customer: method.customer },
      }
    : missing
