import type { Guid } from '../../../base/guid.ts'
import type { NodeId } from '../../../store/nodes/node-id.ts'
import type { Store } from '../../../store/store.ts'

interface NewSession {
  readonly guid: Guid
  readonly tenant_id: number
  readonly sealed_launch: Uint8Array
  readonly progress: string
  readonly refresh_tokens: string
  readonly created_at: number
  readonly expires_at: number
  readonly launch_digest: Uint8Array | null
  readonly awaits_opening: 0 | 1
  readonly session_guid: Guid | null
  readonly owner: NodeId
}

/** What a session has not had when it begins, whatever it was launched for. */
const nothingYet = {
  sealed_fields: null,
  result: null,
  ending: null,
  link_generation: 0,
  untold_progress: 0,
  course: '[]',
  epoch: 0,
} as const

/** The statements by which a `capture_session` comes to be. */
export const prepareBeginningRows = (store: Store) => ({
  insertSession: store.prepare((db, p: NewSession) =>
    db.insertInto('capture_session').values({
      ...nothingYet,
      guid: p.guid,
      tenant_id: p.tenant_id,
      state: 'open',
      sealed_launch: p.sealed_launch,
      progress: p.progress,
      refresh_tokens: p.refresh_tokens,
      created_at: p.created_at,
      expires_at: p.expires_at,
      ended_at: null,
      view_closed_at: null,
      launch_digest: p.launch_digest,
      awaits_opening: p.awaits_opening,
      session_guid: p.session_guid,
      owner: p.owner,
    }),
  ),
  /** The place of a session that shall never be: a launch that comes for it late finds it taken. */
  insertCalledOff: store.prepare((db, p: { guid: Guid; now: number }) =>
    db
      .insertInto('capture_session')
      .values({
        ...nothingYet,
        guid: p.guid,
        tenant_id: 0,
        state: 'called-off',
        sealed_launch: null,
        progress: '{}',
        refresh_tokens: '',
        created_at: p.now,
        expires_at: p.now,
        ended_at: p.now,
        launch_digest: null,
        awaits_opening: 0,
        session_guid: null,
        owner: null,
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
})
