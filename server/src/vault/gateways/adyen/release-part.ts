import type { GatewayAnswer } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { askFollowUp } from './follow-up.ts'
import type { Asked, HeldPart } from './read-payment.ts'

/**
 * Voids a part of the sum that was authorised, so that the payment is declined in truth: `/reversals`, which cancels or
 * refunds, however far Adyen has come with it.
 *
 * @throws {UnclearAnswer} when Adyen has not taken that on: it is asked again with the same key.
 */
export async function releasePart(
  calls: AdyenCalls,
  { gatewayReference, declined }: HeldPart,
  { idempotencyKey: key, order, signal }: Asked & { readonly signal: AbortSignal },
): Promise<GatewayAnswer> {
  const released = await askFollowUp(
    calls,
    { idempotencyKey: `${key}-part`, gatewayReference, amount: order, signal },
    { what: 'reversals', sum: 'whole' },
  )
  if (released.status === 'done') return declined
  throw new UnclearAnswer('a part of a payment is still held')
}
