import type { Guid } from '../base/guid.ts'
import type { Store } from '../store/store.ts'

interface Names {
  readonly sessionGuid: Guid
  readonly providerSessionGuid: Guid
}

/** The rows of a session, of whichever process the database is. */
export function prepareCourseRows(store: Store) {
  return {
    payment: store.prepare((db, p: { guid: Guid }) =>
      db
        .selectFrom('payment_session')
        .selectAll()
        .where((row) => row.or([row('guid', '=', p.guid), row('provider_session_guid', '=', p.guid)])),
    ),
    session: store.prepare((db, p: { guid: Guid; sessionGuid: Guid }) =>
      db
        .selectFrom('capture_session')
        .selectAll()
        .where((row) => row.or([row('guid', '=', p.guid), row('session_guid', '=', p.sessionGuid)])),
    ),
    launch: store.prepare((db, p: { guid: Guid }) =>
      db
        .selectFrom('launch_under_way')
        .select(['session_guid', 'provider_session_guid', 'asked_at', 'state'])
        .where((row) =>
          row.or([row('session_guid', '=', p.guid), row('provider_session_guid', '=', p.guid)]),
        ),
    ),
    attempts: store.prepare((db, p: Names) =>
      db.selectFrom('charge_attempt').selectAll().where('capture_guid', '=', p.providerSessionGuid),
    ),
    followUps: store.prepare((db, p: Names) =>
      db
        .selectFrom('charge_follow_up')
        .innerJoin('charge_attempt', 'charge_attempt.idempotency_key', 'charge_follow_up.attempt_key')
        .selectAll('charge_follow_up')
        .where('charge_attempt.capture_guid', '=', p.providerSessionGuid),
    ),
    deliveries: store.prepare((db, p: Names) =>
      db
        .selectFrom('webhook_delivery')
        .select(['id', 'type', 'state', 'attempts'])
        .where('session_guid', '=', p.sessionGuid)
        .orderBy('number')
        .orderBy('id'),
    ),
    elsewhere: store.prepare((db, p: Names) =>
      db
        .selectFrom('remote_session')
        .select(['created_at', 'ended_at', 'outcome'])
        .where('provider_session_guid', '=', p.providerSessionGuid),
    ),
    callbacks: store.prepare((db, p: Names) =>
      db
        .selectFrom('provider_callback')
        .select(['created_at', 'attempts', 'given_up_at'])
        .where('session_guid', '=', p.providerSessionGuid),
    ),
  }
}
