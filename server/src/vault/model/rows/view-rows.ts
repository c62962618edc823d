import type { Guid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'

/** The statements on what a `capture_session` has of its agent view: refresh tokens, and whether it is closed. */
export const prepareViewRows = (store: Store) => ({
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
})
