import type { Gateway } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { integerIn, textIn } from '../json-answer.ts'
import { askFollowUp, intentPath, refusalOf, refuseOtherIntent } from './follow-up.ts'
import type { StripeCalls } from './stripe-calls.ts'
import { toStripeUnits } from './stripe-units.ts'

/** Takes what was held; what is not taken is voided. */
export const stripeCapture =
  (calls: StripeCalls): Gateway['capture'] =>
  async (order) => {
    const units = toStripeUnits(order.amount)
    const path = `${intentPath(order)}/capture`
    const answer = await askFollowUp(calls, order, { path, form: { amount_to_capture: units } })
    if (answer.is === 'refusal') {
      return refusalOf(
        order,
        answer,
        (intent) =>
          textIn(intent, 'status') === 'succeeded' && integerIn(intent, 'amount_received') === units,
      )
    }
    refuseOtherIntent(answer.object, order)
    if (textIn(answer.object, 'status') !== 'succeeded') throw new UnclearAnswer('a capture without an end')
    if (integerIn(answer.object, 'amount_received') !== units)
      throw new UnclearAnswer('a capture of a different amount')
    return { status: 'done' }
  }
