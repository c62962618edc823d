import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'

/**
 * Deletes API credentials with their secrets, codes, refresh tokens and consents. Its access tokens are refused
 * within a second, for a client that is not there is no caller.
 *
 * @returns false when there is no such client.
 */
export function prepareDeleteClient({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const remove = store.prepare((db, p: { id: Guid }) =>
    db.deleteFrom('client').where('id', '=', p.id).returning(['account_id', 'name']),
  )
  const record = prepareRecord({ store, clock })
  return (id: Guid): Promise<boolean> =>
    store.write(async (tx) => {
      const client = await remove.first(tx, { id })
      if (client === undefined) return false
      const target = { kind: 'client', id, name: client.name }
      await record(tx, { action: 'client.delete', target, account: client.account_id })
      return true
    })
}
