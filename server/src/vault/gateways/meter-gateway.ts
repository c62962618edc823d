import type { Clock } from '../../base/clock.ts'
import { type Gateway, NotSent } from '../model/gateway.ts'
import type { GatewayMeter, GatewayOperation, GatewayOutcome } from '../model/gateway-meter.ts'

interface Metering {
  readonly kind: string
  readonly meter: GatewayMeter
  readonly clock: Pick<Clock, 'elapsed'>
}

type Answer = { readonly status: Exclude<GatewayOutcome, 'not-sent' | 'unknown'> } | undefined

/** A gateway that has counted what it is asked, and how long its answers take. It is asked as before, in the same turn. */
export function meterGateway(gateway: Gateway, metering: Metering): Gateway {
  const asked = <Order, Given extends Answer>(
    operation: GatewayOperation,
    ask: (order: Order) => Promise<Given>,
  ) => metered(metering, operation, ask)
  const { authoriseKept, completeChallenge, readNotifications, check } = gateway
  return {
    authorise: asked('authorise', (request) => gateway.authorise(request)),
    reconcile: asked('reconcile', (payment) => gateway.reconcile(payment)),
    capture: asked('capture', (order) => gateway.capture(order)),
    void: asked('void', (order) => gateway.void(order)),
    refund: asked('refund', (order) => gateway.refund(order)),
    ...(authoriseKept && { authoriseKept: asked('authoriseKept', authoriseKept.bind(gateway)) }),
    ...(completeChallenge && {
      completeChallenge: asked('completeChallenge', completeChallenge.bind(gateway)),
    }),
    ...(readNotifications && { readNotifications: readNotifications.bind(gateway) }),
    ...(check && { check: check.bind(gateway) }),
  }
}

function metered<Order, Given extends Answer>(
  { kind, meter, clock }: Metering,
  operation: GatewayOperation,
  ask: (order: Order) => Promise<Given>,
): (order: Order) => Promise<Given> {
  return async (order) => {
    const since = clock.elapsed()
    let outcome: GatewayOutcome = 'unknown'
    try {
      const answer = await ask(order)
      outcome = answer?.status ?? 'unknown'
      return answer
    } catch (error) {
      if (error instanceof NotSent) outcome = 'not-sent'
      throw error
    } finally {
      meter.asked(kind, { operation, outcome, milliseconds: clock.elapsed() - since })
    }
  }
}
