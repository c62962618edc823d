import type { Parts } from '../../../base/parts.ts'
import { within } from '../../../base/within.ts'
import type { AskedBefore, AtBank, GatewayAnswer } from '../../model/gateway.ts'
import { type NamedGateway, nameOf } from './named-gateway.ts'
import { maxWait, type PaymentCalls } from './payment-calls.ts'
import type { WithSignal } from './signals.ts'

export const maxReconciliation = 60_000

/** A payment that has not arrived at its gateway after so long never will: nobody has waited for it as long. */
const arrivesWithin = maxWait + 5 * 60_000

type Asked = Omit<AskedBefore, 'signal'>

/** Asks gateways what became of payments that they were asked for before. */
export function createReconcilePayment({
  withSignal,
  completeChallenge,
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'> &
  Pick<PaymentCalls, 'completeChallenge'> & { readonly withSignal: WithSignal }) {
  function lookUp(
    { name, gateway }: NamedGateway,
    asked: Asked,
  ): Promise<GatewayAnswer | AtBank | undefined> {
    return withSignal(maxReconciliation, async (signal) => {
      try {
        if (signal.aborted) return undefined
        const known =
          gateway && (await within(gateway.reconcile({ ...asked, signal }), maxReconciliation, clock))
        return known?.status === 'not-found' ? neverArrived(asked) : known
      } catch (error) {
        log.warn({ gateway: name, error: nameOf(error) }, 'a payment could not be reconciled')
        return undefined
      }
    })
  }

  function neverArrived({ requestedAt }: Asked): GatewayAnswer | undefined {
    if (clock.now() < requestedAt + arrivesWithin) return undefined
    return { status: 'error', gatewayCode: 'not-found' }
  }

  /**
   * `undefined`: nobody knows yet. A payment that waits for its customer is given up where the customer was never sent to
   * the bank, since the process that was to do it has ended: nobody else can come back.
   */
  return async (
    named: NamedGateway,
    { wasSent, ...asked }: Asked & { readonly wasSent: boolean },
  ): Promise<GatewayAnswer | undefined> => {
    const known = await lookUp(named, asked)
    if (known?.status !== 'at-bank') return known
    if (wasSent) return undefined
    const { idempotencyKey, purpose, order } = asked
    return completeChallenge(named, { idempotencyKey, answer: 'abandoned', asked: { purpose, order } })
  }
}
