import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { prepareEndGrants } from '../end-grants.ts'

/**
 * Disables API credentials, or enables them again. A disabled client gets no token, and its tokens are refused
 * within a second; refresh tokens do not come back when it is enabled.
 *
 * @returns false when there is no such client.
 */
export function prepareSetClientDisabled({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const update = store.prepare((db, p: { id: Guid; disabled_at: number | null }) =>
    db
      .updateTable('client')
      .set({ disabled_at: p.disabled_at })
      .where('id', '=', p.id)
      .returning(['account_id', 'name']),
  )
  const record = prepareRecord({ store, clock })
  const endGrants = prepareEndGrants({ store, clock })
  return (id: Guid, state: 'disabled' | 'enabled'): Promise<boolean> =>
    store.write(async (tx) => {
      const disabled_at = state === 'disabled' ? clock.now() : null
      const client = await update.first(tx, { id, disabled_at })
      if (client === undefined) return false
      if (state === 'disabled') await endGrants.ofClient(tx, id)
      const target = { kind: 'client', id, name: client.name }
      await record(tx, { action: actions[state], target, account: client.account_id })
      return true
    })
}

const actions = { disabled: 'client.disable', enabled: 'client.enable' } as const
