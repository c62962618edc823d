import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { currentActing } from '../../base/request-scope.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { FollowUpAnswer, FollowUpKind } from '../model/gateway.ts'
import { sessionInAudit } from '../model/session-in-audit.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import {
  type ApprovedPayment,
  type OrderedFollowUp,
  type OrderOutcome,
  readApprovedPayment,
} from './approved-payment.ts'
import { createFollowUpMemory } from './calls/follow-up-memory.ts'
import type { NamedGateway } from './calls/named-gateway.ts'
import {
  type Decided,
  decideCapture,
  decideRefund,
  decideVoid,
  orderNamed,
  type Wanted,
} from './decide-follow-up.ts'
import type { GatewayCalls } from './gateway-calls.ts'

/** What orders are given with. */
export interface FollowUpParts extends Pick<StoreParts, 'store' | 'clock'> {
  readonly rows: VaultRows
  readonly calls: GatewayCalls
}

/** @throws {Problem} `not-found` where there is no such payment. */
export async function requirePayment(
  { store, rows }: FollowUpParts,
  guid: Guid,
  connection: Connection = store.reader,
): Promise<ApprovedPayment> {
  const payment = await readApprovedPayment(rows, connection, guid)
  if (!payment) throw new Problem('not-found', 'This session has no approved payment.')
  return payment
}

/** What is wanted of a payment, and the keys that were asked for already for it. */
export interface Want {
  readonly kind: FollowUpKind
  readonly wanted: Wanted
  readonly asked: ReadonlySet<string>
}

export const decideOn = (payment: ApprovedPayment, { kind, wanted, asked }: Want): Decided =>
  orderNamed(payment, { kind, wanted }) ?? deciding[kind](payment, wanted, asked)

const deciding = { capture: decideCapture, refund: decideRefund, void: decideVoid } as const

const actions = { capture: 'payment.capture', refund: 'payment.refund', void: 'payment.void' } as const

/** Decides by the rows, and writes what is to be begun and who wants it, in one transaction. */
export function beginFollowUp(parts: FollowUpParts, guid: Guid, want: Want) {
  const { store, rows, clock } = parts
  const record = prepareRecord(parts)
  return store.write(async (tx) => {
    await rows.lockPaymentOf.first(tx, { guid })
    const payment = await requirePayment(parts, guid, tx)
    const decided = decideOn(payment, want)
    if (decided.kind !== 'begin') return { payment, decided }
    const { order } = decided
    await rows.beginFollowUp.run(tx, {
      idempotency_key: order.idempotencyKey,
      attempt_key: payment.paymentKey,
      kind: want.kind,
      reason: 'operator',
      amount_minor: order.amountMinor,
      currency: payment.authorised.currency,
      requested_at: clock.now(),
      order_name: want.wanted.name ?? null,
      requested_by: JSON.stringify(currentActing().actor),
    })
    const { tenant, gateway, authorised } = payment
    await record(tx, {
      action: actions[want.kind],
      ...sessionInAudit(guid, tenant),
      details: {
        amountMinor: order.amountMinor,
        currency: authorised.currency,
        gateway,
        order: order.idempotencyKey,
      },
    })
    return { payment, decided }
  })
}

/** Asks the gateway. The first answer that is written counts, and is the one that is told. */
export async function askForFollowUp(
  { store, rows, calls, clock }: FollowUpParts,
  named: NamedGateway,
  { guid, tenant, paymentKey, authorised, answer }: ApprovedPayment,
  { idempotencyKey, kind, amountMinor }: Pick<OrderedFollowUp, 'idempotencyKey' | 'kind' | 'amountMinor'>,
): Promise<OrderOutcome> {
  const given = await calls.followUp(named, kind, {
    idempotencyKey,
    paymentKey,
    gatewayReference: answer.gatewayReference,
    amount: { ...authorised, amountMinor },
    authorised: { amount: authorised, captured: answer.captured },
    memory: createFollowUpMemory({ store, rows }, idempotencyKey),
  })
  const key = { idempotency_key: idempotencyKey }
  const record = prepareRecord({ store, clock })
  const recorded = await store.write(async (tx) => {
    if (given) {
      await rows.lockPayment.first(tx, { key: paymentKey })
      const answer = JSON.stringify(given)
      const isFirst = await rows.answerFollowUp.run(tx, { ...key, answered_at: clock.now(), answer })
      if (isFirst) {
        const details = { order: idempotencyKey, kind }
        await record(tx, {
          action: 'payment.outcome',
          ...sessionInAudit(guid, tenant),
          outcome: given.status,
          details,
        })
      }
    } else await rows.tellPending.run(tx, { key: idempotencyKey })
    return (await rows.followUpAnswer.first(tx, key))?.answer
  })
  return recorded ? (JSON.parse(recorded) as FollowUpAnswer) : { status: 'not-known' }
}
