import type { Gateway } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { textIn } from '../json-answer.ts'
import { askFollowUp, intentPath, refusalOf, refuseOtherIntent } from './follow-up.ts'
import type { StripeCalls } from './stripe-calls.ts'

/** Voids what was held. A PaymentIntent that has succeeded cannot be cancelled. */
export const stripeVoid =
  (calls: StripeCalls): Gateway['void'] =>
  async (order) => {
    const path = `${intentPath(order)}/cancel`
    const form = { cancellation_reason: 'requested_by_customer' }
    const answer = await askFollowUp(calls, order, { path, form })
    if (answer.is === 'refusal') {
      return refusalOf(order, answer, (intent) => textIn(intent, 'status') === 'canceled')
    }
    refuseOtherIntent(answer.object, order)
    if (textIn(answer.object, 'status') !== 'canceled')
      throw new UnclearAnswer('a cancellation without an end')
    return { status: 'done' }
  }
