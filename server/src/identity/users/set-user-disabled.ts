import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { prepareEndGrants } from '../end-grants.ts'

/**
 * Disables a person, or enables them again. Who is disabled cannot sign in, and tokens in their name are refused
 * within a second; sign-ins and refresh tokens do not come back when they are enabled.
 *
 * @returns false when there is no such person.
 */
export function prepareSetUserDisabled({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const update = store.prepare((db, p: { id: Guid; disabled_at: number | null }) =>
    db
      .updateTable('user')
      .set({ disabled_at: p.disabled_at })
      .where('id', '=', p.id)
      .returning(['account_id', 'username']),
  )
  const record = prepareRecord({ store, clock })
  const endGrants = prepareEndGrants({ store, clock })
  return (id: Guid, state: 'disabled' | 'enabled'): Promise<boolean> =>
    store.write(async (tx) => {
      const disabled_at = state === 'disabled' ? clock.now() : null
      const user = await update.first(tx, { id, disabled_at })
      if (user === undefined) return false
      if (state === 'disabled') await endGrants.ofUser(tx, id)
      const target = { kind: 'user', id, name: user.username }
      await record(tx, { action: actions[state], target, account: user.account_id })
      return true
    })
}

const actions = { disabled: 'user.disable', enabled: 'user.enable' } as const
