import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/**
 * Deletes API credentials with their secrets, codes, refresh tokens and consents. Its access tokens are refused
 * within a second, for a client that is not there is no caller.
 *
 * @returns false when there is no such client.
 */
export function prepareDeleteClient(store: Store) {
  const remove = store.prepare((db, p: { id: Guid }) => db.deleteFrom('client').where('id', '=', p.id))
  return async (id: Guid): Promise<boolean> => (await store.write((tx) => remove.run(tx, { id }))) === 1
}
