import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Connection } from '../../store/store.ts'
import type { Notification } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Failures, RecordedFailure } from './record-failure.ts'

/** Which gateway an address is of. */
export interface NotifiedGateway {
  readonly tenant: number
  readonly name: string
}

/** What came of one notification. */
export type Taken =
  | { readonly kind: 'ours'; readonly attemptKey: string; readonly failure?: RecordedFailure }
  /** The money of a payment that counts as declined is not with the customer. */
  | {
      readonly kind: 'not-released'
      readonly attemptKey: string
      readonly guid: Guid
      readonly gatewayCode: string
    }
  | { readonly kind: 'known' | 'of-others' }

interface Taking {
  readonly rows: VaultRows
  readonly failures: Failures
  readonly clock: Clock
}

/** The seam's own bound. */
const maxTells = 500

/** A part of a sum is released by its adapter, under the key of its payment with a word behind it. */
const releaseOf = /^(?<payment>.+)-(?:part|release)$/

/** Writes a notification down, with what it changes. */
export async function takeNotification(
  { rows, failures, clock }: Taking,
  tx: Connection,
  gateway: NotifiedGateway,
  { id, about, key, gatewayCode, tells }: Notification,
): Promise<Taken> {
  if (about === 'other' || key === undefined) return { kind: 'of-others' }
  const attempt = await attemptOf(rows, tx, gateway, key)
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
  await rows.hastenLook.run(tx, { idempotency_key: attemptKey })
  if (about === 'payment') return { kind: 'ours', attemptKey }
  if (about === 'refund-failed' && releaseOf.test(key)) {
    return { kind: 'not-released', attemptKey, guid: attempt.capture_guid, gatewayCode }
  }
  const failure = await failures.record(tx, attempt, { what: about, key, gatewayCode })
  return { kind: 'ours', attemptKey, ...(failure && { failure }) }
}

/** The payment, or the payment of the order, that a notification names. */
async function attemptOf(rows: VaultRows, tx: Connection, { tenant, name }: NotifiedGateway, key: string) {
  const order = await rows.followUp.first(tx, { key })
  const payment = order?.attempt_key ?? releaseOf.exec(key)?.groups?.payment ?? key
  return rows.attemptOf.first(tx, { key: payment, tenant, gateway: name })
}

/** An id is the vendor's text, and may be anything: what is kept is only good for knowing it again. */
const digestOf = (id: string): string => createHash('sha256').update(id).digest('base64url')
