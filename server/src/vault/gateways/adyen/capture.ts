import type { Gateway } from '../../model/gateway.ts'
import type { AdyenCalls } from './adyen-calls.ts'
import { askFollowUp } from './follow-up.ts'

/** Takes what was held; what is not taken is voided. */
export const adyenCapture =
  (calls: AdyenCalls): Gateway['capture'] =>
  (order) =>
    askFollowUp(calls, order, { what: 'captures', sum: 'named' })
