import { sql } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** What of a session's row changes while it is open. */
export interface KeptSession {
  readonly guid: Guid
  readonly progress: string
  readonly sealed_fields: Uint8Array | null
  readonly link_generation: number
  readonly course: string
}

/** The statements on an open `capture_session`: how it begins, and what of it is kept. */
export const prepareSessionRows = (store: Store) => ({
  insertSession: store.prepare(
    (
      db,
      p: {
        guid: Guid
        tenant_id: number
        sealed_launch: Uint8Array
        progress: string
        refresh_tokens: string
        created_at: number
        expires_at: number
        launch_digest: Uint8Array | null
        awaits_opening: 0 | 1
        session_guid: Guid | null
      },
    ) =>
      db.insertInto('capture_session').values({
        guid: p.guid,
        tenant_id: p.tenant_id,
        state: 'open',
        sealed_launch: p.sealed_launch,
        progress: p.progress,
        sealed_fields: null,
        refresh_tokens: p.refresh_tokens,
        created_at: p.created_at,
        expires_at: p.expires_at,
        ended_at: null,
        result: null,
        ending: null,
        link_generation: 0,
        view_closed_at: null,
        launch_digest: p.launch_digest,
        awaits_opening: p.awaits_opening,
        untold_progress: 0,
        session_guid: p.session_guid,
        course: '[]',
      }),
  ),
  /** The place of a session that shall never be: a launch that comes for it late finds it taken. */
  insertCalledOff: store.prepare((db, p: { guid: Guid; now: number }) =>
    db
      .insertInto('capture_session')
      .values({
        guid: p.guid,
        tenant_id: 0,
        state: 'called-off',
        sealed_launch: null,
        progress: '{}',
        sealed_fields: null,
        refresh_tokens: '',
        created_at: p.now,
        expires_at: p.now,
        ended_at: p.now,
        result: null,
        ending: null,
        link_generation: 0,
        launch_digest: null,
        awaits_opening: 0,
        untold_progress: 0,
        session_guid: null,
        course: '[]',
      })
      .onConflict((conflict) => conflict.doNothing()),
  ),
  /** What a launch under a chosen GUID has come to. */
  named: store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('capture_session')
      .leftJoin('charge_attempt', 'charge_attempt.capture_guid', 'capture_session.guid')
      .select([
        'capture_session.state',
        'capture_session.link_generation',
        'capture_session.launch_digest',
        'charge_attempt.idempotency_key as attempt',
      ])
      .where('capture_session.guid', '=', p.guid)
      .limit(1),
  ),
  markOpened: store.prepare((db, p: { guid: Guid }) =>
    db
      .updateTable('capture_session')
      .set({ awaits_opening: 0 })
      .where('guid', '=', p.guid)
      .where('awaits_opening', '=', 1),
  ),
  keepSession: store.prepare((db, p: KeptSession) =>
    db
      .updateTable('capture_session')
      .set({
        progress: p.progress,
        sealed_fields: p.sealed_fields,
        link_generation: p.link_generation,
        course: p.course,
      })
      .where('guid', '=', p.guid)
      .where('state', '=', 'open'),
  ),
  keepSealedCard: store.prepare((db, p: { guid: Guid; sealed_fields: Uint8Array | null; course: string }) =>
    db
      .updateTable('capture_session')
      .set({ sealed_fields: p.sealed_fields, course: p.course })
      .where('guid', '=', p.guid)
      .where('state', '=', 'open'),
  ),
  /** Changes nothing where they are others by now. */
  keepRefreshTokens: store.prepare((db, p: { guid: Guid; before: string; after: string }) =>
    db
      .updateTable('capture_session')
      .set({ refresh_tokens: p.after })
      .where('guid', '=', p.guid)
      .where('state', '=', 'open')
      .where('refresh_tokens', '=', p.before),
  ),
  refreshTokens: store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('capture_session')
      .select('refresh_tokens')
      .where('guid', '=', p.guid)
      .where('state', '=', 'open'),
  ),
  closeView: store.prepare((db, p: { guid: Guid; closed_at: number }) =>
    db
      .updateTable('capture_session')
      .set({ view_closed_at: p.closed_at, refresh_tokens: '' })
      .where('guid', '=', p.guid)
      .where('view_closed_at', 'is', null),
  ),
  ending: store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('capture_session')
      .select(['state', 'result', 'ending', 'link_generation'])
      .where('guid', '=', p.guid),
  ),
  keepUntold: store.prepare((db, p: { guid: Guid; untold: 0 | 1 }) =>
    db.updateTable('capture_session').set({ untold_progress: p.untold }).where('guid', '=', p.guid),
  ),
  openSessions: store.prepare((db, _: object) =>
    db
      .selectFrom('capture_session')
      .select([
        'guid',
        'tenant_id',
        'sealed_launch',
        'progress',
        'sealed_fields',
        'refresh_tokens',
        'created_at',
        'expires_at',
        'view_closed_at',
        'awaits_opening',
        'untold_progress',
        'course',
      ])
      .where('state', '=', sql.lit('open')),
  ),
  /** Rows whose result nobody has taken yet stay, be it reported or called back. */
  removeEnded: store.prepare((db, p: { before: number; batchRows: number }) =>
    db.deleteFrom('capture_session').where('guid', 'in', (ended) =>
      ended
        .selectFrom('capture_session')
        .select('guid')
        .where('ended_at', 'is not', null)
        .where('ended_at', '<', p.before)
        .where('result', 'is', null)
        .where((is) =>
          is.not(
            is.exists(
              is
                .selectFrom('provider_callback')
                .select('id')
                .whereRef('session_guid', '=', 'capture_session.guid'),
            ),
          ),
        )
        .limit(p.batchRows),
    ),
  ),
})
