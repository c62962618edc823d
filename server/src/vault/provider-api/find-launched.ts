import { Type } from 'typebox'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { ProviderSessionTable } from '../../store/tables.ts'
import type { VaultSessions } from '../model/vault-sessions.ts'
import type { ApiToken } from './api-tokens.ts'
import type { Callbacks } from './callbacks/callbacks.ts'
import type { ProviderSessionSeal } from './provider-session.ts'
import type { ProviderSessionRows } from './provider-session-rows.ts'
import type { RequireClient } from './require-client.ts'

/** Where a session that was launched here is. */
export const sessionPath = '/api/v1/session/:tenant/:id'

export const SessionAddress = Type.Object({ tenant: Type.String(), id: Type.String() })
export type SessionAddress = { readonly tenant: string; readonly id: string }

/** What the routes of one session are made of. */
export interface SessionRoutes {
  readonly requireClient: RequireClient
  readonly findSession: FindLaunched
  readonly callbacks: Pick<Callbacks, 'withdraw'>
  readonly captures: Pick<VaultSessions, 'find' | 'voidAuthorised'>
  readonly seal: ProviderSessionSeal
}

/**
 * A session for the client that launched it. There is none for anybody else, of the same tenant or not: a client reaches
 * what it launched itself, and nothing that the Payment API or another client did.
 *
 * @throws {Problem} `not-found`
 */
export type FindLaunched = (holder: ApiToken, address: SessionAddress) => Promise<FoundSession>

export type FoundSession = ProviderSessionTable & { readonly guid: Guid }

export function createFindLaunched(store: Store, rows: ProviderSessionRows): FindLaunched {
  return async (holder, { tenant, id }) => {
    const guid = parseGuid(id)
    const row = guid && (await rows.find.first(store.reader, { guid }))
    if (row && String(row.tenant_id) === tenant && isLaunchedBy(holder, row)) return { ...row, guid }
    throw new Problem('not-found', 'No payment session has this id.')
  }
}

/** Whether a token's client launched a session. */
export const isLaunchedBy = (
  { clientId, tenant }: ApiToken,
  { client_id, tenant_id }: Pick<ProviderSessionTable, 'client_id' | 'tenant_id'>,
): boolean => client_id === clientId && tenant_id === tenant
