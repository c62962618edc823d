import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** Whether a session of the vault is open, at whichever node, or about to be taken over by one. */
export function createIsSessionOpen(store: Store): (sessionGuid: Guid) => Promise<boolean> {
  const stateOf = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('capture_session').select('state').where('guid', '=', p.guid),
  )
  return async (guid) => (await stateOf.first(store.reader, { guid }))?.state === 'open'
}
