import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { nameActor } from '../../base/request-scope.ts'
import type { StoreParts } from '../../store/parts.ts'
import {
  Forged,
  type Gateway,
  type Gateways,
  type Notification,
  type SentNotification,
} from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Charges } from './charges.ts'
import { createGatewayCalls } from './gateway-calls.ts'
import { createFailures } from './record-failure.ts'
import { type NotifiedGateway, type Taken, takeNotification } from './take-notification.ts'

export interface GatewayNotifications {
  /** @throws {Problem} `not-found` where a tenant has no gateway of this name that tells anything. */
  admit(gateway: NotifiedGateway): Promise<void>
  /**
   * Takes what a gateway tells; it is durable when it resolves.
   *
   * @throws {Problem} `not-found`; `forged-notification` where it is not the gateway's own, or too old; `invalid-request`
   *   where it cannot be read. Nothing has come of it then.
   */
  take(gateway: NotifiedGateway, sent: Omit<SentNotification, 'now'>): Promise<void>
}

/**
 * Takes what gateways tell by themselves. Each notification of a payment of the tenant's own counts once, and what it
 * changes is written in one transaction with it: a process that dies leaves either both or none. That something has
 * happened to a payment is never believed for more than that: the gateway is asked, as it would have been later. Payments of
 * others, in other accounts at the vendor's or made beside Tonegate, are passed over, and counted in the log.
 */
export function createGatewayNotifications({
  store,
  rows,
  gateways,
  charges,
  report,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly gateways: Gateways
  readonly charges: Pick<Charges, 'told'>
  /** Reports a result that is in its row. */
  readonly report: (guid: Guid) => Promise<void>
}): GatewayNotifications {
  const { find } = createGatewayCalls({ gateways, clock, log })
  const taking = { rows, clock, failures: createFailures({ store, rows, clock }) }

  async function readerOf({ tenant, name }: NotifiedGateway) {
    const { gateway } = await find(tenant, name)
    if (!gateway?.readNotifications) throw new Problem('not-found', 'No resource exists at this path.')
    return (sent: SentNotification) => read(gateway, sent)
  }

  function act(taken: Taken): void {
    if (taken.kind === 'not-released') {
      const { guid, attemptKey, gatewayCode } = taken
      log.error(
        { capture: guid, attemptKey, gatewayCode },
        'the gateway could not refund a captured part of a declined payment: refund it manually',
      )
    }
    if (taken.kind !== 'ours') return
    charges.told(taken.attemptKey)
    if (!taken.failure) return
    const { guid, failure } = taken.failure
    const { what, order, gatewayCode } = failure
    log.warn(
      { capture: guid, what, order, gatewayCode },
      'an operation that the gateway had accepted failed later',
    )
    void report(guid)
  }

  return {
    async admit(gateway) {
      await readerOf(gateway)
    },
    async take(gateway, sent) {
      const readAll = await readerOf(gateway)
      nameActor({ kind: 'gateway', id: gateway.name })
      const notifications = readAll({ ...sent, now: clock.now() })
      const taken = await store.write(async (tx) => {
        const each: Taken[] = []
        for (const notification of notifications)
          each.push(await takeNotification(taking, tx, gateway, notification))
        return each
      })
      const { tenant, name } = gateway
      log.info({ tenant, gateway: name, ...countsOf(taken) }, 'a gateway sent notifications')
      for (const each of taken) act(each)
    },
  }
}

function countsOf(taken: readonly Taken[]) {
  const count = (kind: Taken['kind']) => taken.filter((each) => each.kind === kind).length
  const ours = count('ours') + count('not-released')
  return { ours, known: count('known'), ofOthers: count('of-others') }
}

function read(gateway: Gateway, sent: SentNotification): readonly Notification[] {
  try {
    return gateway.readNotifications?.(sent) ?? []
  } catch (error) {
    if (error instanceof Forged) throw new Problem('forged-notification', error.message)
    throw new Problem('invalid-request', 'The notification cannot be read.')
  }
}
