import { firstGuidOf, type Guid } from '../base/guid.ts'
import type { Caller } from '../identity/bearer.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Store } from '../store/store.ts'
import type { PaymentSessionTable } from '../store/tables.ts'
import { reachOf } from './reach.ts'
import { type ListQuery, readListQuery } from './requests/read-list-query.ts'
import type { ListedSession, SessionList } from './requests/schemas.ts'
import { sessionRetentionMilliseconds } from './retention.ts'
import { sixDigitTime } from './session-answer.ts'
import type { SessionCursors } from './session-cursor.ts'

/**
 * The account's sessions, newest first, a page at a time (contract/payment-api §1). A page begins after the last
 * session of the one before it, so that sessions that are opened meanwhile neither shift nor repeat any.
 *
 * @param query what stands behind the question mark.
 * @throws {Problem} as {@link readListQuery} does.
 */
export type ListSessions = (caller: Caller, query: string) => Promise<SessionList>

export function createListSessions({
  store,
  clock,
  cursors,
}: Pick<StoreParts, 'store' | 'clock'> & { readonly cursors: SessionCursors }): ListSessions {
  const statements = prepareStatements(store)

  /** One more than a page has, which tells whether there is another. */
  function select(accountId: number, { agentId, state, from, to, after, limit }: ListQuery) {
    const before = after && after.createdAt < to ? after : { createdAt: to, guid: firstGuidOf(0) }
    const parameters = {
      accountId,
      from,
      limit: limit + 1,
      endedAfter: clock.now() - sessionRetentionMilliseconds,
      beforeTime: before.createdAt,
      beforeGuid: before.guid,
    }
    if (agentId !== undefined && state !== undefined) {
      return statements.ofAgentInState.all(store.reader, { ...parameters, agentId, state })
    }
    if (agentId !== undefined) return statements.ofAgent.all(store.reader, { ...parameters, agentId })
    if (state !== undefined) return statements.inState.all(store.reader, { ...parameters, state })
    return statements.all.all(store.reader, parameters)
  }

  return async (caller, query) => {
    const wanted = readListQuery(query, caller, cursors)
    const rows = await select(caller.account.id, wanted)
    const page = rows.slice(0, wanted.limit)
    const last = rows.length > page.length ? page.at(-1) : undefined
    return {
      sessions: page.map(listed),
      ...(last && {
        nextCursor: cursors.write(reachOf(caller), { createdAt: last.created_at, guid: last.guid }),
      }),
    }
  }
}

function listed(row: Row): ListedSession {
  return {
    sessionGuid: row.guid,
    providerSessionGuid: row.provider_session_guid,
    ...(row.call_guid !== null && { callGuid: row.call_guid }),
    kind: row.kind,
    agentId: row.agent_id,
    accountConfigurationId: row.configuration_id,
    createdOn: sixDigitTime(row.created_at),
    lastUpdatedOn: sixDigitTime(row.updated_at),
    sessionState: row.state,
  }
}

const columns = [
  'guid',
  'provider_session_guid',
  'call_guid',
  'kind',
  'agent_id',
  'configuration_id',
  'created_at',
  'updated_at',
  'state',
] as const

type Row = Pick<PaymentSessionTable, (typeof columns)[number]>

interface PageParameters {
  readonly accountId: number
  readonly from: number
  readonly beforeTime: number
  readonly beforeGuid: Guid
  readonly endedAfter: number
  readonly limit: number
}

interface OfAgent {
  readonly agentId: string
}

interface InState {
  readonly state: PaymentSessionTable['state']
}

/**
 * A statement for each way of asking, because each has an index of its own. An agent or a state is the first member of
 * the two bounds of a page, and not a condition beside them: that leaves an engine which knows nothing of how many
 * rows there are no index but the one that ends where the page does.
 */
function prepareStatements(store: Store) {
  return {
    all: store.prepare((db, p: PageParameters) =>
      page(db, p)
        .where('created_at', '>=', p.from)
        .where((each) =>
          each(each.refTuple('created_at', 'guid'), '<', each.tuple(p.beforeTime, p.beforeGuid)),
        )
        .orderBy('created_at', 'desc')
        .orderBy('guid', 'desc'),
    ),
    ofAgent: store.prepare((db, p: PageParameters & OfAgent) => pageOfAgent(db, p)),
    ofAgentInState: store.prepare((db, p: PageParameters & OfAgent & InState) =>
      pageOfAgent(db, p).where('state', '=', p.state),
    ),
    inState: store.prepare((db, p: PageParameters & InState) =>
      page(db, p)
        .where((each) => each(each.refTuple('state', 'created_at'), '>=', each.tuple(p.state, p.from)))
        .where((each) =>
          each(
            each.refTuple('state', 'created_at', 'guid'),
            '<',
            each.tuple(p.state, p.beforeTime, p.beforeGuid),
          ),
        )
        .orderBy('state', 'desc')
        .orderBy('created_at', 'desc')
        .orderBy('guid', 'desc'),
    ),
  }
}

function pageOfAgent(db: Database, p: PageParameters & OfAgent) {
  return page(db, p)
    .where((each) => each(each.refTuple('agent_id', 'created_at'), '>=', each.tuple(p.agentId, p.from)))
    .where((each) =>
      each(
        each.refTuple('agent_id', 'created_at', 'guid'),
        '<',
        each.tuple(p.agentId, p.beforeTime, p.beforeGuid),
      ),
    )
    .orderBy('agent_id', 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('guid', 'desc')
}

type Database = Parameters<Parameters<Store['prepare']>[0]>[0]

function page(db: Database, p: PageParameters) {
  return db
    .selectFrom('payment_session')
    .select(columns)
    .where('account_id', '=', p.accountId)
    .where((each) => each.or([each('ended_at', 'is', null), each('ended_at', '>', p.endedAfter)]))
    .limit(p.limit)
}
