import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** Whether there is a payment session: its launcher has written it, and its program may know of it. */
export function createIsSessionThere(store: Store): (sessionGuid: Guid) => Promise<boolean> {
  const find = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('payment_session').select('guid').where('guid', '=', p.guid),
  )
  return async (guid) => (await find.first(store.reader, { guid })) !== undefined
}
