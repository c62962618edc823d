import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'

/**
 * Deletes a person with their sign-ins, codes, refresh tokens and consents. Access tokens in their name are
 * refused within a second.
 *
 * @returns false when there is no such person.
 */
export function prepareDeleteUser({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const remove = store.prepare((db, p: { id: Guid }) =>
    db.deleteFrom('user').where('id', '=', p.id).returning(['account_id', 'username']),
  )
  const record = prepareRecord({ store, clock })
  return (id: Guid): Promise<boolean> =>
    store.write(async (tx) => {
      const user = await remove.first(tx, { id })
      if (user === undefined) return false
      const target = { kind: 'user', id, name: user.username }
      await record(tx, { action: 'user.delete', target, account: user.account_id })
      return true
    })
}
