import type { Clock } from '../../../../base/clock.ts'
import type { Money } from '../../../model/gateway.ts'
import type { DoubleAnswer } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'
import type { PayerAuthenticationDouble } from './test-payer-authentication.ts'

/** What is asked. */
export type Body = Readonly<Record<string, Readonly<Record<string, unknown>>>>

interface Application {
  readonly name: string
  readonly rCode: string
  readonly reasonCode: string
}

export interface Transaction {
  readonly id: string
  readonly code: string
  readonly transactionId: string
  readonly submittedAt: number
  /** The payment that it belongs to. */
  readonly payment: string
  readonly applications: readonly Application[]
  readonly reasonCode: string
  readonly amount: Readonly<Record<string, string>>
  /** What the bank said; absent where it was not asked. */
  readonly authorised?: Money
  readonly token?: string
  /** Of the card. */
  readonly number?: string
}

/** How a request is known again. */
export interface Reference {
  readonly code: string
  readonly transactionId: string
}

/** What the double knows. */
export type CybersourceState = ReturnType<typeof createCybersourceState>

export const createCybersourceState = (clock: Clock) => ({
  clock,
  ledger: createTestLedger(),
  transactions: [] as Transaction[],
  byId: new Map<string, Transaction>(),
  byTransactionId: new Map<string, Transaction>(),
  behindMilliseconds: 0,
  partsAllowed: 0,
  nextId: 7_000_000_000_000_000_000_000n,
})

/** The state with the banks that customers are asked by. */
export type CybersourceParts = { readonly state: CybersourceState; readonly bank: PayerAuthenticationDouble }

export function add(state: CybersourceState, transaction: Transaction): void {
  state.transactions.push(transaction)
  state.byId.set(transaction.id, transaction)
  state.byTransactionId.set(transaction.transactionId, transaction)
}

export function newId(state: CybersourceState): string {
  state.nextId += 1n
  return String(state.nextId)
}

export const invalid = (reason: string): DoubleAnswer => ({
  status: 400,
  body: { submitTimeUtc: '2026-01-15T09:30:00Z', status: 'INVALID_REQUEST', reason, message: reason },
})
