import type { Store } from '../../store/store.ts'

/** Has the providers asked at once about all sessions that are open with them, by whichever node comes first. */
export const prepareLookAtOnce = (store: Store) =>
  store.prepare((db, _: object) =>
    db.updateTable('remote_session').set({ next_look_at: 0, held_by: null }).where('ended_at', 'is', null),
  )
