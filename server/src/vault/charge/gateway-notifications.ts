import { createHash } from 'node:crypto'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
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
import { createFailures, type RecordedFailure } from './record-failure.ts'

/** Which gateway an address is of. */
export interface NotifiedGateway {
  readonly tenant: number
  readonly name: string
}

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

/** The seam's own bound. */
const maxTells = 500

/** A part of a sum is given back by its adapter, under the key of its payment with a word behind it. */
const releaseOf = /^(?<payment>.+)-(?:part|release)$/

/** What came of one notification. */
type Taken =
  | { readonly kind: 'ours'; readonly attemptKey: string; readonly failure?: RecordedFailure }
  /** The money of a payment that counts as declined is not with the customer. */
  | {
      readonly kind: 'not-released'
      readonly attemptKey: string
      readonly guid: Guid
      readonly gatewayCode: string
    }
  | { readonly kind: 'known' | 'of-others' }

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
  readonly report: (guid: Guid, json: string) => Promise<void>
}): GatewayNotifications {
  const { find } = createGatewayCalls({ gateways, clock, log })
  const failures = createFailures({ rows, clock })

  async function readerOf({ tenant, name }: NotifiedGateway) {
    const { gateway } = await find(tenant, name)
    if (!gateway?.readNotifications) throw new Problem('not-found', 'No resource exists at this path.')
    return (sent: SentNotification) => read(gateway, sent)
  }

  /** The payment, or the payment of the order, that a notification names. */
  async function attemptOf(tx: Connection, { tenant, name }: NotifiedGateway, key: string) {
    const order = await rows.followUp.first(tx, { key })
    const payment = order?.attempt_key ?? releaseOf.exec(key)?.groups?.payment ?? key
    return rows.attemptOf.first(tx, { key: payment, tenant, gateway: name })
  }

  async function takeOne(
    tx: Connection,
    gateway: NotifiedGateway,
    { id, about, key, gatewayCode, tells }: Notification,
  ): Promise<Taken> {
    if (about === 'other' || key === undefined) return { kind: 'of-others' }
    const attempt = await attemptOf(tx, gateway, key)
    if (!attempt) return { kind: 'of-others' }
    const attemptKey = attempt.idempotency_key
    const isFirst = await rows.insertNotification.run(tx, {
      tenant_id: gateway.tenant,
      gateway: gateway.name,
      id: digestOf(id),
      about,
      attempt_key: attemptKey,
      gateway_code: gatewayCode,
      received_at: clock.now(),
      tells: tells !== undefined && tells.length <= maxTells ? tells : null,
    })
    if (isFirst === 0) return { kind: 'known' }
    if (about === 'payment') return { kind: 'ours', attemptKey }
    if (about === 'refund-failed' && releaseOf.test(key)) {
      return { kind: 'not-released', attemptKey, guid: attempt.capture_guid as Guid, gatewayCode }
    }
    const failure = await failures.record(tx, attempt, { what: about, key, gatewayCode })
    return { kind: 'ours', attemptKey, ...(failure && { failure }) }
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
    const { guid, failure, json } = taken.failure
    const { what, order, gatewayCode } = failure
    log.warn(
      { capture: guid, what, order, gatewayCode },
      'an operation that the gateway had accepted failed later',
    )
    void report(guid, json)
  }

  return {
    async admit(gateway) {
      await readerOf(gateway)
    },
    async take(gateway, sent) {
      const readAll = await readerOf(gateway)
      const notifications = readAll({ ...sent, now: clock.now() })
      const taken = await store.write(async (tx) => {
        const each: Taken[] = []
        for (const notification of notifications) each.push(await takeOne(tx, gateway, notification))
        return each
      })
      const count = (kind: Taken['kind']) => taken.filter((each) => each.kind === kind).length
      const ours = count('ours') + count('not-released')
      const counts = { ours, known: count('known'), ofOthers: count('of-others') }
      log.info({ tenant: gateway.tenant, gateway: gateway.name, ...counts }, 'a gateway sent notifications')
      for (const each of taken) act(each)
    },
  }
}

function read(gateway: Gateway, sent: SentNotification): readonly Notification[] {
  try {
    return gateway.readNotifications?.(sent) ?? []
  } catch (error) {
    if (error instanceof Forged) throw new Problem('forged-notification', error.message)
    throw new Problem('invalid-request', 'The notification cannot be read.')
  }
}

/** An id is the vendor's text, and may be anything: what is kept is only good for knowing it again. */
const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url')
