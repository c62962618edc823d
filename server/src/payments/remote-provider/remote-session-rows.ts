import type { Store } from '../../store/store.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'

/** The statements of the sessions that other providers capture. */
export type RemoteSessionRows = ReturnType<typeof prepareRemoteSessions>

export const prepareRemoteSessions = (store: Store) => ({
  ...prepareReads(store),
  ...prepareWrites(store),
  /** One whose result nobody has taken stays. */
  removeOld: store.prepare((db, p: { endedBefore: number; batchRows: number }) =>
    db
      .deleteFrom('remote_session')
      .where('provider_session_guid', 'in', (old) =>
        old
          .selectFrom('remote_session')
          .select('provider_session_guid')
          .where('ended_at', '<=', p.endedBefore)
          .where('sealed_result', 'is', null)
          .orderBy('ended_at')
          .limit(p.batchRows),
      ),
  ),
})

function prepareReads(store: Store) {
  return {
    find: store.prepare((db, p: { guid: string }) =>
      db.selectFrom('remote_session').selectAll().where('provider_session_guid', '=', p.guid),
    ),
    findBySession: store.prepare((db, p: { sessionGuid: string }) =>
      db.selectFrom('remote_session').selectAll().where('session_guid', '=', p.sessionGuid),
    ),
    /** Open, or ended without a known outcome after a time. */
    undecided: store.prepare((db, p: { endedAfter: number }) =>
      db
        .selectFrom('remote_session')
        .selectAll()
        .where((each) =>
          each.or([
            each('outcome', 'is', null),
            each.and([each('outcome', '=', 'unknown'), each('ended_at', '>', p.endedAfter)]),
          ]),
        ),
    ),
    unreported: store.prepare((db, _: object) =>
      db.selectFrom('remote_session').selectAll().where('sealed_result', 'is not', null),
    ),
    /** Whether the Payment API has a session of this provider's GUID. */
    paymentSession: store.prepare((db, p: { guid: string }) =>
      db.selectFrom('payment_session').select('guid').where('provider_session_guid', '=', p.guid),
    ),
  }
}

function prepareWrites(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          guid: string
          sessionGuid: string
          accountId: number
          configurationId: number
          provider: string
          amountMinor: number
          currency: string
          now: number
          expiresAt: number
        },
      ) =>
        db.insertInto('remote_session').values({
          provider_session_guid: p.guid,
          session_guid: p.sessionGuid,
          account_id: p.accountId,
          configuration_id: p.configurationId,
          provider: p.provider,
          amount_minor: p.amountMinor,
          currency: p.currency,
          created_at: p.now,
          expires_at: p.expiresAt,
          ended_at: null,
          outcome: null,
          sealed_result: null,
          later_outcome: null,
        }),
    ),
    decide: store.prepare(
      (
        db,
        p: {
          guid: string
          endedAt: number
          outcome: NonNullable<RemoteSessionTable['outcome']>
          sealed: Uint8Array
        },
      ) =>
        db
          .updateTable('remote_session')
          .set({ ended_at: p.endedAt, outcome: p.outcome, sealed_result: p.sealed })
          .where('provider_session_guid', '=', p.guid),
    ),
    keepLater: store.prepare(
      (db, p: { guid: string; outcome: NonNullable<RemoteSessionTable['later_outcome']> }) =>
        db
          .updateTable('remote_session')
          .set({ later_outcome: p.outcome })
          .where('provider_session_guid', '=', p.guid),
    ),
    reported: store.prepare((db, p: { guid: string }) =>
      db
        .updateTable('remote_session')
        .set({ sealed_result: null })
        .where('provider_session_guid', '=', p.guid),
    ),
  }
}
