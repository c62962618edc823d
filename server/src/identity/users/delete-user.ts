import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/**
 * Deletes a person with their sign-ins, codes, refresh tokens and consents. Access tokens in their name are
 * refused within a second.
 *
 * @returns false when there is no such person.
 */
export function prepareDeleteUser(store: Store) {
  const remove = store.prepare((db, p: { id: Guid }) => db.deleteFrom('user').where('id', '=', p.id))
  return async (id: Guid): Promise<boolean> => (await store.write((tx) => remove.run(tx, { id }))) === 1
}
