import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { prepareEndGrants } from '../end-grants.ts'
import { type Derive, hashPassword } from './hash-password.ts'

/**
 * Gives a person a new password, and ends what the old one opened: sign-ins, refresh tokens and what came of
 * them. All of it or nothing.
 *
 * @returns false when there is no such person.
 */
export function prepareSetPassword({
  store,
  clock,
  random,
  derive,
}: Pick<StoreParts, 'store' | 'clock' | 'random'> & { readonly derive?: Derive | undefined }) {
  const update = store.prepare((db, p: { id: Guid; password_hash: string }) =>
    db
      .updateTable('user')
      .set({ password_hash: p.password_hash })
      .where('id', '=', p.id)
      .returning(['account_id', 'username']),
  )
  const record = prepareRecord({ store, clock })
  const endGrants = prepareEndGrants({ store, clock })
  return async (id: Guid, password: string): Promise<boolean> => {
    const password_hash = await hashPassword(password, random, derive)
    return store.write(async (tx) => {
      const user = await update.first(tx, { id, password_hash })
      if (user === undefined) return false
      await endGrants.ofUser(tx, id)
      const target = { kind: 'user', id, name: user.username }
      await record(tx, { action: 'user.password.set', target, account: user.account_id })
      return true
    })
  }
}
