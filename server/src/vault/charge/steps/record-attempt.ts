import type { Guid } from '../../../base/guid.ts'
import { type ChargedCard, sealChargedCard } from '../../fields/sealed-card.ts'
import type { Launch } from '../../model/launch.ts'
import { sessionInAudit } from '../../model/session-in-audit.ts'
import type { ChargeAttempt, Charging } from '../attempt.ts'
import type { ChargeContext } from './charge-context.ts'

/** One payment is tried once: what a gateway does not answer is reconciled, and never sent again. */
export const onlyAttempt = 1

/** The same for every try at the same charge, and for no other. */
export const idempotencyKeyOf = (guid: Guid, attempt: number): string => `${guid}-${attempt}`

/** What is known of a card that is to be charged, with the course of its session until then, and its epoch. */
export type Chargeable = Pick<Charging, 'charged'> & { readonly course: string; readonly epoch: number }

/** Writes down that the gateway is going to be asked; `undefined` where the rows forbid it. */
export async function recordAttempt(
  { store, rows, record, sealer, clock }: ChargeContext,
  guid: Guid,
  launch: Launch,
  { charged, course, epoch }: Chargeable,
): Promise<ChargeAttempt | undefined> {
  const attempt = attemptOf(guid, launch, { charged, requestedAt: clock.now() })
  const sealed_fields = charged ? sealChargedCard(sealer, guid, charged) : null
  const isRecorded = await store.write(async (tx) => {
    const attempts = await rows.insertAttempt.run(tx, {
      idempotency_key: attempt.idempotencyKey,
      capture_guid: guid,
      gateway: attempt.gateway,
      amount_minor: attempt.order.amountMinor,
      currency: attempt.order.currency,
      requested_at: attempt.requestedAt,
      purpose: attempt.purpose,
      late_approval: attempt.lateApproval,
      cancel_afterwards: launch.flow.cancelAfterwards,
      held_by: store.nodeId,
      epoch,
    })
    if (attempts === 0) return false
    if ((await rows.keepSealedCard.run(tx, { guid, sealed_fields, course, epoch })) === 1) {
      const { gateway, purpose, order } = attempt
      await record(tx, {
        action: 'payment.charge',
        ...sessionInAudit(guid, attempt.tenant),
        details: { ...order, gateway, kind: purpose, order: attempt.idempotencyKey },
      })
      return true
    }
    // Another server has ended the session meanwhile.
    await rows.withdrawAttempt.run(tx, { guid, held_by: store.nodeId })
    return false
  })
  return isRecorded ? attempt : undefined
}

function attemptOf(
  guid: Guid,
  { tenant, flow, order }: Launch,
  { charged, requestedAt }: { readonly charged: ChargedCard | undefined; readonly requestedAt: number },
): ChargeAttempt {
  return {
    guid,
    tenant,
    idempotencyKey: idempotencyKeyOf(guid, onlyAttempt),
    gateway: flow.gateway,
    purpose: flow.purpose,
    order: { amountMinor: order.amountMinor, currency: order.currency },
    requestedAt,
    lateApproval: flow.lateApproval,
    charged,
  }
}
