import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Order } from '../../vault/model/launch.ts'
import type { PaymentData } from '../requests/read-create-request.ts'
/** What a result is made of. Without an order when it was removed before the outcome was known. */
export interface Paid {
  readonly result: SessionResult
  readonly order: Order | undefined
  readonly paymentData: PaymentData
}

/** Keys of a result and their texts. */
export type ResultKeys = Readonly<Record<string, string>>
