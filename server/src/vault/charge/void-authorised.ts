import type { Guid } from '../../base/guid.ts'
import { within } from '../../base/within.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { FollowUpKind } from '../model/gateway.ts'
import type { VaultRows } from '../model/vault-rows.ts'
import type { VoidAuthorised } from '../model/vault-sessions.ts'
import { readApprovedPayment } from './approved-payment.ts'
import type { createReversals, Reversal } from './reverse-payment.ts'

const maxWait = 10_000

/** With what is under way of it: a void, or the refund that came after a refused one. */
type Begun = Reversal & { readonly kind: FollowUpKind }

export function createVoidAuthorised({
  store,
  rows,
  reversals,
  clock,
}: Pick<StoreParts, 'store' | 'clock'> & {
  readonly rows: VaultRows
  readonly reversals: ReturnType<typeof createReversals>
}): VoidAuthorised {
  /** What is to be let go, or how letting it go has ended; decided by the rows, and written with it. */
  async function begin(tx: Connection, guid: Guid): Promise<Begun | 'voided' | 'refused' | 'nothing'> {
    const payment = await readApprovedPayment(rows, tx, guid)
    if (payment?.cancelAfterwards !== 'void' || payment.answer.captured) return 'nothing'
    const { orders, tenant, gateway, paymentKey, answer, authorised } = payment
    if (orders.some((each) => each.kind === 'capture' && each.answer?.status !== 'refused')) return 'nothing'
    if (authorised.amountMinor === 0) return 'nothing'
    const before = ['refund', 'void']
      .map((kind) => orders.find((each) => each.kind === kind && each.reason !== 'operator'))
      .find((each) => each !== undefined)
    if (before?.answer) return before.answer.status === 'done' ? 'voided' : 'refused'
    const undone: Begun = {
      guid,
      tenant,
      gateway,
      idempotencyKey: paymentKey,
      answer,
      order: authorised,
      kind: before?.kind ?? 'void',
      reason: before?.reason ?? 'cancelled',
    }
    if (!before) await reversals.begin(tx, undone)
    return undone
  }

  return async (guid) => {
    const begun = await store.write((tx) => begin(tx, guid))
    if (typeof begun === 'string') return begun
    return (await within(reversals.finish(begun, begun.kind), maxWait, clock)) ?? 'not-known'
  }
}
