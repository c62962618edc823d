import type { StoreParts } from '../../store/parts.ts'
import type { FindSession } from '../find-session.ts'
import type { Provider } from '../provider.ts'
import { createFollowOperations } from './follow-operations.ts'
import { prepareOperationRows } from './operation-rows.ts'
import { createPaymentOperations, type PaymentOperations } from './order-operation.ts'

/** What programs do with approved payments, and what they had done and were not told of. */
export interface Operations extends PaymentOperations {
  /** Begins to ask for what is under way. */
  start(): void
  close(): Promise<void>
}

export function createOperations(
  parts: Pick<StoreParts, 'store' | 'clock' | 'newGuid' | 'log'> & {
    readonly findSession: FindSession
    readonly provider: Pick<Provider, 'findPayment' | 'orderPayment'>
  },
): Operations {
  const rows = prepareOperationRows(parts.store)
  return { ...createPaymentOperations({ ...parts, rows }), ...createFollowOperations({ ...parts, rows }) }
}
