import type { Parts } from '../../../base/parts.ts'
import { within } from '../../../base/within.ts'
import type { FollowUp, FollowUpAnswer, FollowUpKind } from '../../model/gateway.ts'
import { isSum } from './is-sum.ts'
import { type NamedGateway, nameOf } from './named-gateway.ts'
import { maxReconciliation } from './reconcile-payment.ts'
import type { WithSignal } from './signals.ts'

/** Asks gateways to do something with a payment that was approved. */
export const createFollowUpCall =
  ({ withSignal, clock, log }: Pick<Parts, 'clock' | 'log'> & { readonly withSignal: WithSignal }) =>
  /** `undefined`: it is not known whether it was done, and can be asked again. */
  (
    { name, gateway }: NamedGateway,
    kind: FollowUpKind,
    order: Omit<FollowUp, 'signal'>,
  ): Promise<FollowUpAnswer | undefined> =>
    withSignal(maxReconciliation, async (signal) => {
      try {
        if (signal.aborted) return undefined
        if (kind !== 'void' && !isSum(order.amount)) return { status: 'refused', gatewayCode: 'no-sum' }
        const answer = gateway?.[kind]({ ...order, signal })
        return answer && (await within(answer, maxReconciliation, clock))
      } catch (error) {
        log.warn({ gateway: name, kind, error: nameOf(error) }, 'a payment has an unknown operation pending')
        return undefined
      }
    })
