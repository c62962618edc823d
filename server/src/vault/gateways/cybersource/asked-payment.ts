import type { Money } from '../../model/gateway.ts'
import type { Purpose } from '../../model/launch.ts'
/** A payment as it is asked for; once for its key. */
export interface AskedPayment {
  readonly idempotencyKey: string
  readonly purpose: Purpose
  readonly order: Money
  readonly signal: AbortSignal
}
