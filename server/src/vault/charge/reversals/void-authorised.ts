import type { Guid } from '../../../base/guid.ts'
import { within } from '../../../base/within.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { VoidAuthorised } from '../../model/vault-sessions.ts'
import { readApprovedPayment } from '../approved-payment.ts'
import type { Reversals } from './reversals.ts'
import type { BegunReversal } from './unanswered-reversals.ts'

const maxWait = 10_000

/** Voids what was authorised in sessions that have ended. */
export function createVoidAuthorised({
  store,
  rows,
  reversals,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & {
  readonly rows: VaultRows
  readonly reversals: Reversals
}): VoidAuthorised {
  /** What is to be voided, or how voiding it has ended; decided by the rows, and written with it. */
  async function begin(
    tx: Connection,
    guid: Guid,
  ): Promise<BegunReversal | 'voided' | 'refused' | 'nothing'> {
    await rows.lockPaymentOf.first(tx, { guid })
    const payment = await readApprovedPayment(rows, tx, guid)
    if (payment?.cancelAfterwards !== 'void' || payment.answer.captured) return 'nothing'
    const { orders, tenant, gateway, paymentKey, answer, authorised } = payment
    if (orders.some((each) => each.kind === 'capture' && each.answer?.status !== 'refused')) return 'nothing'
    if (authorised.amountMinor === 0) return 'nothing'
    const before = ['refund', 'void']
      .map((kind) => orders.find((each) => each.kind === kind && each.reason !== 'operator'))
      .find((each) => each !== undefined)
    if (before?.answer) return before.answer.status === 'done' ? 'voided' : 'refused'
    const reversal = {
      guid,
      tenant,
      gateway,
      idempotencyKey: paymentKey,
      answer,
      order: authorised,
      reason: before?.reason ?? 'cancelled',
    }
    if (!before) await reversals.begin(tx, reversal)
    return { reversal, kind: before?.kind ?? 'void' }
  }

  return async (guid) => {
    const begun = await store.write((tx) => begin(tx, guid))
    if (typeof begun === 'string') return begun
    return (await within(reversals.finish(begun.reversal, begun.kind), maxWait, clock)) ?? 'not-known'
  }
}
