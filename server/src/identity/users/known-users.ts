import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Account } from '../accounts/find-account.ts'
import { createCachedReads, type Known } from '../cached-reads.ts'
import type { Licence } from './find-user.ts'

/** An enabled person, as the identity server's endpoints and the bearer check need them. */
export interface KnownUser {
  readonly id: Guid
  readonly account: Account
  readonly username: string
  /** What they are called on pages and in ID tokens. */
  readonly displayName: string
  readonly agentId: string | null
  readonly licence: Licence
  /** Access tokens that were made before are good no more. Milliseconds since the epoch. */
  readonly tokensValidFrom: number
}

/** Enabled users by their id. */
export type KnownUsers = Known<Guid, KnownUser>

export function createKnownUsers({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): KnownUsers {
  const statement = store.prepare((db, p: { id: Guid }) =>
    db
      .selectFrom('user')
      .innerJoin('account', 'account.id', 'user.account_id')
      .select([
        'user.username',
        'user.display_name',
        'user.agent_id',
        'user.licence',
        'user.tokens_valid_from',
        'account.id as account_id',
        'account.name as account_name',
        'account.production',
      ])
      .where('user.id', '=', p.id)
      .where('user.disabled_at', 'is', null),
  )
  return createCachedReads(clock, async (id) => {
    const row = await statement.first(store.reader, { id })
    return (
      row && {
        id,
        account: { id: row.account_id, name: row.account_name, production: row.production === 1 },
        username: row.username,
        displayName: row.display_name,
        agentId: row.agent_id,
        licence: row.licence,
        tokensValidFrom: row.tokens_valid_from,
      }
    )
  })
}
