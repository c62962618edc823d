import { Type } from 'typebox'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Store } from '../../store/store.ts'
import type { ProviderSessionTable } from '../../store/tables.ts'
import type { CaptureSessions } from '../capture-sessions.ts'
import type { Callbacks } from './callbacks.ts'
import type { ProviderSessionRows, SessionSeal } from './provider-session.ts'
import type { RequireClient } from './require-client.ts'

/** Where a session that was launched here is. */
export const sessionPath = '/api/v1/session/:tenant/:id'

export const SessionAddress = Type.Object({ tenant: Type.String(), id: Type.String() })
export type SessionAddress = { readonly tenant: string; readonly id: string }

/** What the routes of one session are made of. */
export interface SessionRoutes {
  readonly requireClient: RequireClient
  readonly findSession: FindSession
  readonly callbacks: Pick<Callbacks, 'withdraw'>
  readonly captures: Pick<CaptureSessions, 'find' | 'letGoAuthorised'>
  readonly seal: SessionSeal
}

/** @throws {Problem} `not-found` when there is none, or it is another tenant's. */
export type FindSession = (address: SessionAddress) => Promise<FoundSession>

export type FoundSession = ProviderSessionTable & { readonly guid: Guid }

export function createFindSession(store: Store, rows: ProviderSessionRows): FindSession {
  return async ({ tenant, id }) => {
    const guid = parseGuid(id)
    const row = guid && (await rows.find.first(store.reader, { guid }))
    if (row && String(row.tenant_id) === tenant) return { ...row, guid }
    throw new Problem('not-found', 'There is no such session.')
  }
}
