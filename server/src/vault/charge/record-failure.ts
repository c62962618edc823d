import type { Failure } from '@tonegate/protocol/outcome'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import { orderedIn } from '../model/believable-answer.ts'
import { sessionInAudit } from '../model/session-in-audit.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { ChargeAttempt } from './attempt.ts'
import { failureResultOf } from './charge-result.ts'
import { type AttemptRow, failOrder, type ToldFailure } from './fail-order.ts'
import { readEndedBefore, writeFurtherResult } from './further-result.ts'

/** A failure that is in its rows, with the session's new result, which has to be reported. */
export interface RecordedFailure {
  readonly guid: Guid
  readonly failure: Failure
}

export type Failures = ReturnType<typeof createFailures>

/**
 * Writes down that an order came to nothing after its gateway had taken it on, or before it has answered us: from then on
 * the order is refused, so that its sum counts as neither captured nor refunded. A failure that is told twice changes
 * nothing the second time.
 */
export function createFailures({
  store,
  rows,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & { readonly rows: VaultRows }) {
  const failing = { rows, clock }
  const recordEntry = prepareRecord({ store, clock })

  /** @returns `undefined` where it changes nothing: it is known, or of no order that was carried out. */
  async function record(
    tx: Connection,
    attempt: AttemptRow,
    told: ToldFailure,
  ): Promise<RecordedFailure | undefined> {
    const failed = await failOrder(failing, tx, attempt, told)
    if (!failed || !attempt.answer) return undefined
    const guid = attempt.capture_guid
    const before = await readEndedBefore(rows, tx, guid)
    const { taken, ...order } = failed
    const failure: Failure = { what: told.what, ...order, gatewayCode: told.gatewayCode }
    const { end = 'success' } = before
    const ordered = orderedIn(attempt)
    const result = failureResultOf(guid, JSON.parse(attempt.answer), { end, failure, taken, ordered })
    await writeFurtherResult(rows, tx, result, before)
    await recordEntry(tx, {
      action: 'payment.outcome',
      ...sessionInAudit(guid, attempt.tenant_id),
      outcome: 'failed',
      details: { order: failure.order, kind: told.what },
    })
    return { guid, failure }
  }

  return {
    record,
    /** The answer to a payment is written: what was told before it of its capture counts now. */
    async recordTold(
      tx: Connection,
      { idempotencyKey: key, tenant, gateway }: Pick<ChargeAttempt, 'idempotencyKey' | 'tenant' | 'gateway'>,
    ): Promise<RecordedFailure | undefined> {
      const told = await rows.toldCaptureFailed.first(tx, { attempt_key: key })
      const attempt = told && (await rows.attemptOf.first(tx, { key, tenant, gateway }))
      if (!attempt) return undefined
      return record(tx, attempt, { what: 'capture-failed', key, gatewayCode: told.gateway_code })
    },
  }
}
