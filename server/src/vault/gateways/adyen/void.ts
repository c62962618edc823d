import type { Gateway } from '../../model/gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { askFollowUp } from './follow-up.ts'

/**
 * Voids what was held. Adyen would receive the cancellation of a payment that it takes at once, too, and tell much
 * later that it failed: so that one is refused here.
 */
export const adyenVoid =
  (calls: AdyenCalls): Gateway['void'] =>
  async (order) =>
    order.authorised.captured
      ? { status: 'refused', gatewayCode: 'captured' }
      : askFollowUp(calls, order, { what: 'cancels', sum: 'whole' })
