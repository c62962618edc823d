import { prepareDeleteDue } from '../../../store/removal.ts'
import type { Store } from '../../../store/store.ts'
import type { GatewayNotificationTable } from '../../../store/tables.ts'

/** The statements on `gateway_notification`: what gateways have told by themselves. */
export const prepareNotificationRows = (store: Store) => ({
  /** Changes nothing where it has been told before. */
  insertNotification: store.prepare((db, p: GatewayNotificationTable) =>
    db
      .insertInto('gateway_notification')
      .values({
        tenant_id: p.tenant_id,
        gateway: p.gateway,
        id: p.id,
        about: p.about,
        attempt_key: p.attempt_key,
        gateway_code: p.gateway_code,
        tells: p.tells,
        received_at: p.received_at,
      })
      .onConflict((conflict) => conflict.doNothing()),
  ),
  /** The gateway's word for it, where it has told that the payment which it was to take by itself was not taken. */
  toldCaptureFailed: store.prepare((db, p: { attempt_key: string }) =>
    db
      .selectFrom('gateway_notification')
      .select('gateway_code')
      .where('attempt_key', '=', p.attempt_key)
      .where('about', '=', 'capture-failed')
      .limit(1),
  ),
  /** What a gateway that cannot be asked has told of a payment, the first first. */
  told: store.prepare((db, p: { attempt_key: string }) =>
    db
      .selectFrom('gateway_notification')
      .select('tells')
      .where('attempt_key', '=', p.attempt_key)
      .where('tells', 'is not', null)
      .orderBy('received_at'),
  ),
  removeNotifications: prepareDeleteDue(store, {
    from: 'gateway_notification',
    key: ['tenant_id', 'gateway', 'id'],
    due: 'received_at',
  }),
})
