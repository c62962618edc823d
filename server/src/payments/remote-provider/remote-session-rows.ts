import type { ExpressionBuilder } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import { heldByNobody } from '../../store/nodes/held-by-nobody.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Store } from '../../store/store.ts'
import type { RemoteSessionTable, Tables } from '../../store/tables.ts'

/** The statements of the sessions whose cards other providers take. */
export type RemoteSessionRows = ReturnType<typeof prepareRemoteSessions>

export const prepareRemoteSessions = (store: Store) => ({
  ...prepareReads(store),
  ...prepareWrites(store),
  ...prepareLooks(store),
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
  readonly nextLookAt: number
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
          next_look_at: p.nextLookAt,
          held_by: null,
        })
        .onConflict((conflict) => conflict.column('provider_session_guid').doNothing()),
    ),
    /** Whoever decides hands it on. */
    decide: store.prepare(
      (db, p: Recorded & Hold & { guid: Guid; endedAt: number; said: Outcome; sealed: Uint8Array }) =>
        db
          .updateTable('remote_session')
          .set({
            ended_at: p.endedAt,
            outcome: p.said,
            sealed_result: p.sealed,
            next_look_at: p.heldUntil,
            held_by: p.node,
          })
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
    reported: store.prepare((db, p: { guid: Guid; sealed: Uint8Array; nextLookAt: number | null }) =>
      db
        .updateTable('remote_session')
        .set({ sealed_result: null, next_look_at: p.nextLookAt, held_by: null })
        .where('provider_session_guid', '=', p.guid)
        .where('sealed_result', '=', p.sealed),
    ),
    reportLater: store.prepare((db, p: { guid: Guid; sealed: Uint8Array; at: number }) =>
      db
        .updateTable('remote_session')
        .set({ next_look_at: p.at, held_by: null })
        .where('provider_session_guid', '=', p.guid)
        .where('sealed_result', '=', p.sealed),
    ),
  }
}

/** By whom a session is looked at, or its result handed on, and until when. */
interface Hold {
  readonly node: NodeId
  readonly heldUntil: number
}

/** Looks at sessions, of which one node does each. */
function prepareLooks(store: Store) {
  interface OfConfiguration {
    readonly accountId: number
    readonly configurationId: number
  }
  return {
    nextToLookAt: store.prepare((db, p: OfConfiguration) =>
      db
        .selectFrom('remote_session')
        .select(['account_id', 'configuration_id', 'next_look_at'])
        .where('next_look_at', 'is not', null)
        .where((each) =>
          each(
            each.refTuple('account_id', 'configuration_id'),
            '>',
            each.tuple(p.accountId, p.configurationId),
          ),
        )
        .orderBy('account_id')
        .orderBy('configuration_id')
        .orderBy('next_look_at')
        .limit(1),
    ),
    hold: store.prepare((db, p: OfConfiguration & Hold & { now: number; most: number }) =>
      db
        .updateTable('remote_session')
        .set({ next_look_at: p.heldUntil, held_by: p.node })
        .where('provider_session_guid', 'in', (due) =>
          due
            .selectFrom('remote_session')
            .select('provider_session_guid')
            .where('account_id', '=', p.accountId)
            .where('configuration_id', '=', p.configurationId)
            .where('next_look_at', '<=', p.now)
            .orderBy('next_look_at')
            .limit(p.most)
            .forUpdate()
            .skipLocked(),
        )
        .where('next_look_at', '<=', p.now)
        .returningAll(),
    ),
    lookAgain: store.prepare((db, p: { guid: Guid; heldUntil: number; at: number | null }) =>
      db
        .updateTable('remote_session')
        .set({ next_look_at: p.at, held_by: null })
        .where('provider_session_guid', '=', p.guid)
        .where('next_look_at', '=', p.heldUntil),
    ),
    heldByNobody: store.prepare((db, _: object) =>
      db.selectFrom('remote_session').select('provider_session_guid').where(isLeft).limit(1),
    ),
    /** What a node held that is not there any more. */
    takeBack: store.prepare((db, p: { now: number }) =>
      db.updateTable('remote_session').set({ next_look_at: p.now, held_by: null }).where(isLeft),
    ),
  }
}

const isLeft = (is: ExpressionBuilder<Tables, 'remote_session'>) =>
  is.and([is('held_by', 'is not', null), heldByNobody(is, 'remote_session.held_by')])
