import type { Parts } from '../../base/parts.ts'
import type { CheckedPoint, Gateways } from '../model/gateway.ts'
import { createFollowUpCall } from './calls/follow-up-call.ts'
import { type NamedGateway, nameOf } from './calls/named-gateway.ts'
import { createPaymentCalls } from './calls/payment-calls.ts'
import { createReconcilePayment, maxReconciliation } from './calls/reconcile-payment.ts'
import { createSignals } from './calls/signals.ts'

export type GatewayCalls = ReturnType<typeof createGatewayCalls>

/**
 * Calls gateways so that nothing they throw gets out: of an error that is not `NotSent` only the name is logged, for nobody
 * knows what a library puts into its errors.
 */
export function createGatewayCalls({
  gateways,
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'> & { readonly gateways: Gateways }) {
  const { withSignal, close } = createSignals(clock)
  const payment = createPaymentCalls({ withSignal, log })

  async function find(tenant: number, name: string): Promise<NamedGateway> {
    try {
      return { name, gateway: await gateways.find(tenant, name) }
    } catch (error) {
      log.error({ gateway: name, error: nameOf(error) }, 'a gateway could not be found')
      return { name, gateway: undefined }
    }
  }

  /** What shows whether payments will work; `undefined` where there is no such gateway, or it cannot be asked for that. */
  function check({ name, gateway }: NamedGateway): Promise<readonly CheckedPoint[] | undefined> {
    return withSignal(maxReconciliation, async (signal) => {
      try {
        return await gateway?.check?.(signal)
      } catch (error) {
        log.warn({ gateway: name, error: nameOf(error) }, 'a gateway could not be checked')
        const detail = `The gateway could not be asked: ${nameOf(error)}.`
        return [{ what: 'credentials', state: 'wrong', detail }]
      }
    })
  }

  return {
    find,
    check,
    ...payment,
    reconcile: createReconcilePayment({
      withSignal,
      completeChallenge: payment.completeChallenge,
      clock,
      log,
    }),
    followUp: createFollowUpCall({ withSignal, clock, log }),
    /** Gives up every answer that is still waited for. */
    close,
  }
}
