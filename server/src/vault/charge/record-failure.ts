import type { Failure } from '@tonegate/protocol/outcome'
import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Connection } from '../../store/store.ts'
import { orderedIn } from '../model/believable-answer.ts'
import type { FollowUpAnswer, GatewayAnswer } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { Ending } from '../model/vault-sessions.ts'
import type { ChargeAttempt } from './attempt.ts'
import { failureResultOf } from './charge-result.ts'
import { corrected } from './ending.ts'

/** A payment of a tenant's at one gateway, as its row has it. */
type AttemptRow = NonNullable<Awaited<ReturnType<VaultRows['attemptOf']['first']>>>

/** What a gateway has told of a capture or a refund. */
export interface ToldFailure {
  readonly what: Failure['what']
  /** Of the order, or of the payment where the gateway tells no other. */
  readonly key: string
  readonly gatewayCode: string
}

/** A failure that is in its rows, with the session's new result in JSON; it has to be reported. */
export interface RecordedFailure {
  readonly guid: Guid
  readonly failure: Failure
  readonly json: string
}

type FailedOrder = Omit<Failure, 'what' | 'gatewayCode'> & { readonly taken: 'by-itself' | 'by-order' }

/**
 * Writes down that an order came to nothing after its gateway had taken it on, or before it has answered us: from then on
 * the order is refused, so that its sum counts as neither taken nor given back. A failure that is told twice changes
 * nothing the second time.
 */
export function createFailures({ rows, clock }: { readonly rows: VaultRows; readonly clock: Clock }) {
  const refusal = ({ gatewayCode }: ToldFailure) => {
    const failedAt = clock.now()
    return { answered_at: failedAt, answer: JSON.stringify({ status: 'refused', gatewayCode, failedAt }) }
  }

  async function failOrder(tx: Connection, key: string, told: ToldFailure): Promise<FailedOrder | undefined> {
    const row = await rows.followUp.first(tx, { key })
    const before = row?.answer ? (JSON.parse(row.answer) as FollowUpAnswer) : undefined
    if (row?.kind !== kindOf[told.what] || before?.status === 'refused') return undefined
    await rows.failFollowUp.run(tx, { key, ...refusal(told) })
    return { order: key, amountMinor: row.amount_minor, currency: row.currency, taken: 'by-order' }
  }

  /** Of a payment that its gateway captures by itself there is no order: it is written down with its failure. */
  async function failOwnCapture(
    tx: Connection,
    attempt: AttemptRow,
    told: ToldFailure,
  ): Promise<FailedOrder | undefined> {
    const { idempotency_key: payment, amount_minor, currency } = attempt
    const key = `${payment}-capture`
    const sum = { amount_minor, currency }
    const inserted = await rows.insertFollowUp.run(tx, {
      idempotency_key: key,
      attempt_key: payment,
      kind: 'capture',
      reason: 'gateway',
      ...sum,
      requested_at: clock.now(),
    })
    if (inserted === 0) return undefined
    await rows.failFollowUp.run(tx, { key, ...refusal(told) })
    return { order: key, amountMinor: amount_minor, currency, taken: 'by-itself' }
  }

  /** The one refund that it can be, where the gateway names only the payment. */
  async function onlyRefundOf(tx: Connection, { idempotency_key: attempt_key }: AttemptRow) {
    const done = (await rows.followUps.all(tx, { attempt_key })).filter(
      ({ kind, answer }) => kind === 'refund' && (answer === null || JSON.parse(answer).status === 'done'),
    )
    return done.length === 1 ? done[0]?.idempotency_key : undefined
  }

  async function failedOrder(
    tx: Connection,
    attempt: AttemptRow,
    told: ToldFailure,
  ): Promise<FailedOrder | undefined> {
    if (told.key !== attempt.idempotency_key) return failOrder(tx, told.key, told)
    if (told.what === 'refund-failed') {
      const key = await onlyRefundOf(tx, attempt)
      return key === undefined ? undefined : failOrder(tx, key, told)
    }
    const answer = attempt.answer ? (JSON.parse(attempt.answer) as GatewayAnswer) : undefined
    return answer && 'captured' in answer && answer.captured ? failOwnCapture(tx, attempt, told) : undefined
  }

  /** @returns `undefined` where it changes nothing: it is known, or of no order that was carried out. */
  async function record(
    tx: Connection,
    attempt: AttemptRow,
    told: ToldFailure,
  ): Promise<RecordedFailure | undefined> {
    const failed = await failedOrder(tx, attempt, told)
    if (!failed || !attempt.answer) return undefined
    const guid = attempt.capture_guid as Guid
    const before = (await rows.ending.first(tx, { guid }))?.ending
    const { taken, ...order } = failed
    const failure: Failure = { what: told.what, ...order, gatewayCode: told.gatewayCode }
    const end = before ? (JSON.parse(before) as Ending).end : 'success'
    const ordered = orderedIn(attempt)
    const result = failureResultOf(guid, JSON.parse(attempt.answer), { end, failure, taken, ordered })
    const json = JSON.stringify(result)
    await rows.replaceResult.run(tx, {
      guid,
      result: json,
      ending: before ? corrected(before, result) : null,
    })
    return { guid, failure, json }
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

const kindOf = { 'capture-failed': 'capture', 'refund-failed': 'refund' } as const
