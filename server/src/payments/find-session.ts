import { type Guid, parseGuid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Caller } from '../identity/bearer.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Store } from '../store/store.ts'
import type { PaymentSessionTable } from '../store/tables.ts'
import { reachOf } from './reach.ts'
import { sessionRetentionMilliseconds } from './retention.ts'

/** The columns that a status is made of, and no more: each costs at every request. */
export const foundColumns = [
  'guid',
  'account_id',
  'agent_id',
  'call_guid',
  'provider_session_guid',
  'state',
  'created_at',
  'updated_at',
  'ended_at',
  'sealed_result',
  'result_removal_at',
  'awaits_outcome',
] as const

export type FoundSession = Pick<PaymentSessionTable, (typeof foundColumns)[number]>

/**
 * Finds a session that a caller reaches. The answer is one and the same for a session that does not exist, one of
 * another account or, where the caller is an agent, of another agent, one that was ended 90 days ago, and what is not a
 * GUID (contract/payment-api §6).
 *
 * @throws {Problem} `not-found`
 */
export type FindSession = (caller: Caller, sessionGuid: string) => Promise<FoundSession>

export function createFindSession({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): FindSession {
  const { ofAccount, ofAgent } = prepareStatements(store)

  function select(caller: Caller, guid: Guid): Promise<FoundSession | undefined> {
    const { accountId, agentId } = reachOf(caller)
    return agentId === undefined
      ? ofAccount.first(store.reader, { guid, accountId })
      : ofAgent.first(store.reader, { guid, accountId, agentId })
  }

  return async (caller, sessionGuid) => {
    const guid = parseGuid(sessionGuid)
    const row = guid && (await select(caller, guid))
    if (row && !isForgotten(row, clock.now())) return row
    throw new Problem('not-found', 'No payment session has this id.')
  }
}

const isForgotten = ({ ended_at }: FoundSession, now: number) =>
  ended_at !== null && now >= ended_at + sessionRetentionMilliseconds

function prepareStatements(store: Store) {
  interface OfAccount {
    readonly guid: Guid
    readonly accountId: number
  }
  const ofAccount = (db: Database, p: OfAccount) =>
    db
      .selectFrom('payment_session')
      .select(foundColumns)
      .where('guid', '=', p.guid)
      .where('account_id', '=', p.accountId)
  return {
    ofAccount: store.prepare((db, p: OfAccount) => ofAccount(db, p)),
    ofAgent: store.prepare((db, p: OfAccount & { readonly agentId: string }) =>
      ofAccount(db, p).where('agent_id', '=', p.agentId),
    ),
  }
}

type Database = Parameters<Parameters<Store['prepare']>[0]>[0]
