import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'

/**
 * The statements by which a payment is locked. Who decides anything about it by its rows does so first: two servers, or a
 * server and a command, that do so at once come after one another, and each sees what the one before has written.
 */
export const preparePaymentLocks = (store: Store) => ({
  lockPayment: store.prepare((db, p: { key: string }) =>
    db
      .selectFrom('charge_attempt')
      .select('idempotency_key')
      .where('idempotency_key', '=', p.key)
      .forUpdate(),
  ),
  lockPaymentOf: store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('charge_attempt').select('idempotency_key').where('capture_guid', '=', p.guid).forUpdate(),
  ),
})
