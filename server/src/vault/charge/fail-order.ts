import type { Failure } from '@tonegate/protocol/outcome'
import type { Clock } from '../../base/clock.ts'
import type { Connection } from '../../store/store.ts'
import type { FollowUpAnswer, GatewayAnswer } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'

/** A payment of a tenant's at one gateway, as its row has it. */
export type AttemptRow = NonNullable<Awaited<ReturnType<VaultRows['attemptOf']['first']>>>

/** What a gateway has told of a capture or a refund. */
export interface ToldFailure {
  readonly what: Failure['what']
  /** Of the order, or of the payment where the gateway tells no other. */
  readonly key: string
  readonly gatewayCode: string
}

/** An order that came to nothing; `taken`: whether its gateway was to capture by itself, or by an order. */
export type FailedOrder = Omit<Failure, 'what' | 'gatewayCode'> & { readonly taken: 'by-itself' | 'by-order' }

interface Failing {
  readonly rows: VaultRows
  readonly clock: Clock
}

/** Refuses the order that a gateway tells of; `undefined` where it is refused already, or there is none. */
export async function failOrder(
  failing: Failing,
  tx: Connection,
  attempt: AttemptRow,
  told: ToldFailure,
): Promise<FailedOrder | undefined> {
  if (told.key !== attempt.idempotency_key) return failOrderOf(failing, tx, told.key, told)
  if (told.what === 'refund-failed') {
    const key = await onlyRefundOf(failing, tx, attempt)
    return key === undefined ? undefined : failOrderOf(failing, tx, key, told)
  }
  const answer = attempt.answer ? (JSON.parse(attempt.answer) as GatewayAnswer) : undefined
  return answer && 'captured' in answer && answer.captured
    ? failOwnCapture(failing, tx, attempt, told)
    : undefined
}

async function failOrderOf(
  { rows, clock }: Failing,
  tx: Connection,
  key: string,
  told: ToldFailure,
): Promise<FailedOrder | undefined> {
  const row = await rows.followUp.first(tx, { key })
  const before = row?.answer ? (JSON.parse(row.answer) as FollowUpAnswer) : undefined
  if (row?.kind !== kindOf[told.what] || before?.status === 'refused') return undefined
  await rows.failFollowUp.run(tx, { key, ...refusal(told, clock) })
  return { order: key, amountMinor: row.amount_minor, currency: row.currency, taken: 'by-order' }
}

/** Of a payment that its gateway captures by itself there is no order: it is written down with its failure. */
async function failOwnCapture(
  { rows, clock }: Failing,
  tx: Connection,
  { idempotency_key: payment, amount_minor, currency }: AttemptRow,
  told: ToldFailure,
): Promise<FailedOrder | undefined> {
  const key = `${payment}-capture`
  const inserted = await rows.insertFollowUp.run(tx, {
    idempotency_key: key,
    attempt_key: payment,
    kind: 'capture',
    reason: 'gateway',
    amount_minor,
    currency,
    requested_at: clock.now(),
  })
  if (inserted === 0) return undefined
  await rows.failFollowUp.run(tx, { key, ...refusal(told, clock) })
  return { order: key, amountMinor: amount_minor, currency, taken: 'by-itself' }
}

/** The one refund that it can be, where the gateway names only the payment. */
async function onlyRefundOf({ rows }: Failing, tx: Connection, { idempotency_key: attempt_key }: AttemptRow) {
  const done = (await rows.followUps.all(tx, { attempt_key })).filter(
    ({ kind, answer }) => kind === 'refund' && (answer === null || JSON.parse(answer).status === 'done'),
  )
  return done.length === 1 ? done[0]?.idempotency_key : undefined
}

function refusal({ gatewayCode }: ToldFailure, clock: Clock) {
  const failedAt = clock.now()
  return { answered_at: failedAt, answer: JSON.stringify({ status: 'refused', gatewayCode, failedAt }) }
}

const kindOf = { 'capture-failed': 'capture', 'refund-failed': 'refund' } as const
