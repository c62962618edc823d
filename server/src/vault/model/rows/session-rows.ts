import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'

/** What of a session's row changes while it is open. */
export interface KeptSession {
  readonly guid: Guid
  readonly progress: string
  readonly sealed_fields: Uint8Array | null
  readonly link_generation: number
  readonly course: string
  /** As it was when the session came to whoever writes: another one has it since where the row has another. */
  readonly epoch: number
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
      .where('epoch', '=', p.epoch)
      .where('state', '=', 'open'),
  ),
  keepSealedCard: store.prepare((db, p: Omit<KeptSession, 'progress' | 'link_generation'>) =>
    db
      .updateTable('capture_session')
      .set({ sealed_fields: p.sealed_fields, course: p.course })
      .where('guid', '=', p.guid)
      .where('epoch', '=', p.epoch)
      .where('state', '=', 'open'),
  ),
  keepUntold: store.prepare((db, p: { guid: Guid; untold: 0 | 1 }) =>
    db.updateTable('capture_session').set({ untold_progress: p.untold }).where('guid', '=', p.guid),
  ),
})
