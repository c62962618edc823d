import type { Clock } from '../base/clock.ts'
import { parseGuid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Store } from '../store/store.ts'
import type { PaymentSessionTable } from '../store/tables.ts'
import { keptMilliseconds } from './retention.ts'

/** The columns that a status is made of, and no more: each costs at every request. */
const columns = [
  'guid',
  'account_id',
  'call_guid',
  'provider_session_guid',
  'state',
  'created_at',
  'updated_at',
  'ended_at',
  'result_removal_at',
  'awaits_outcome',
] as const

export type FoundSession = Pick<PaymentSessionTable, (typeof columns)[number]>

/**
 * Finds a session of an account. The answer is one and the same for a session that does not exist, one of
 * another account, one that was ended 90 days ago, and what is not a GUID (contract/payment-api §6).
 *
 * @throws {Problem} `not-found`
 */
export type FindSession = (accountId: number, sessionGuid: string) => Promise<FoundSession>

export function createFindSession({
  store,
  clock,
}: {
  readonly store: Store
  readonly clock: Clock
}): FindSession {
  const select = store.prepare((db, p: { guid: string }) =>
    db.selectFrom('payment_session').select(columns).where('guid', '=', p.guid),
  )
  return async (accountId, sessionGuid) => {
    const guid = parseGuid(sessionGuid)
    const row = guid && (await select.first(store.reader, { guid }))
    if (row && row.account_id === accountId && !isForgotten(row, clock.now())) return row
    throw new Problem('not-found', 'There is no such payment session.')
  }
}

const isForgotten = ({ ended_at }: FoundSession, now: number) =>
  ended_at !== null && now >= ended_at + keptMilliseconds
