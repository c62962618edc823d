import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Licence } from './find-user.ts'

/** What may be changed about a person; what is absent stays. */
export interface UserChanges {
  readonly displayName?: string
  /** Null for a person who takes no calls. */
  readonly agentId?: string | null
  readonly licence?: Licence
}

/**
 * Changes what is known of a person.
 *
 * @returns false when there is no such person.
 */
export function prepareEditUser({ store, clock }: Pick<StoreParts, 'store' | 'clock'>) {
  const select = store.prepare((db, p: { id: Guid }) =>
    db
      .selectFrom('user')
      .select(['account_id', 'username', 'display_name', 'agent_id', 'licence'])
      .where('id', '=', p.id)
      .forUpdate(),
  )
  const record = prepareRecord({ store, clock })
  const update = store.prepare(
    (db, p: { id: Guid; display_name: string; agent_id: string | null; licence: Licence }) =>
      db
        .updateTable('user')
        .set({ display_name: p.display_name, agent_id: p.agent_id, licence: p.licence })
        .where('id', '=', p.id),
  )
  return (id: Guid, changes: UserChanges): Promise<boolean> =>
    store.write(async (tx) => {
      const row = await select.first(tx, { id })
      if (row === undefined) return false
      await update.run(tx, {
        id,
        display_name: changes.displayName ?? row.display_name,
        agent_id: changes.agentId === undefined ? row.agent_id : changes.agentId,
        licence: changes.licence ?? row.licence,
      })
      await record(tx, {
        action: 'user.edit',
        target: { kind: 'user', id, name: row.username },
        account: row.account_id,
        details: {
          changed: Object.keys(changes).sort(),
          ...(changes.licence && { licence: changes.licence }),
          ...(changes.agentId !== undefined && { agentId: changes.agentId }),
        },
      })
      return true
    })
}
