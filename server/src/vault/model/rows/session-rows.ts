import { sql } from 'kysely'
import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'

/** What of a session's row changes while it is open. */
export interface KeptSession {
  readonly guid: Guid
  readonly progress: string
  readonly sealed_fields: Uint8Array | null
  readonly link_generation: number
  readonly course: string
}

/** The statements on an open `capture_session`: what of it is kept, and read by the next process. */
export const prepareSessionRows = (store: Store) => ({
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
})
