import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'

/** The statements of the sessions whose cards other providers take. */
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
          .limit(p.batchRows)
          .forUpdate()
          .skipLocked(),
      ),
  ),
})

function prepareReads(store: Store) {
  return {
    find: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('remote_session').selectAll().where('provider_session_guid', '=', p.guid),
    ),
    findBySession: store.prepare((db, p: { sessionGuid: Guid }) =>
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
    paymentSession: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('payment_session').select('guid').where('provider_session_guid', '=', p.guid),
    ),
  }
}

interface NewRemoteSession {
  readonly guid: Guid
  readonly sessionGuid: Guid
  readonly accountId: number
  readonly configurationId: number
  readonly provider: string
  readonly amountMinor: number
  readonly currency: string
  readonly now: number
  readonly expiresAt: number
}

type Outcome = NonNullable<RemoteSessionTable['outcome']>

/** What was recorded of a session when it was decided what is new of it. */
type Recorded = Pick<RemoteSessionTable, 'outcome' | 'later_outcome'>

function prepareWrites(store: Store) {
  return {
    /** Changes nothing where a session has this GUID already. */
    insert: store.prepare((db, p: NewRemoteSession) =>
      db
        .insertInto('remote_session')
        .values({
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
        })
        .onConflict((conflict) => conflict.column('provider_session_guid').doNothing()),
    ),
    decide: store.prepare(
      (db, p: Recorded & { guid: Guid; endedAt: number; said: Outcome; sealed: Uint8Array }) =>
        db
          .updateTable('remote_session')
          .set({ ended_at: p.endedAt, outcome: p.said, sealed_result: p.sealed })
          .where('provider_session_guid', '=', p.guid)
          .where('outcome', 'is not distinct from', p.outcome)
          .where('later_outcome', 'is not distinct from', p.later_outcome),
    ),
    keepLater: store.prepare((db, p: Recorded & { guid: Guid; said: Outcome }) =>
      db
        .updateTable('remote_session')
        .set({ later_outcome: p.said })
        .where('provider_session_guid', '=', p.guid)
        .where('outcome', 'is not distinct from', p.outcome)
        .where('later_outcome', 'is not distinct from', p.later_outcome),
    ),
    /** What was taken since is still to be handed on. */
    reported: store.prepare((db, p: { guid: Guid; sealed: Uint8Array }) =>
      db
        .updateTable('remote_session')
        .set({ sealed_result: null })
        .where('provider_session_guid', '=', p.guid)
        .where('sealed_result', '=', p.sealed),
    ),
  }
}
