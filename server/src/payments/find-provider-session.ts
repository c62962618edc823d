import type { Guid } from '../base/guid.ts'
import type { Store } from '../store/store.ts'
import type { SessionState } from './session-state.ts'

/** What the floors above need to know of a payment session, whatever its account. */
export interface ProviderSession {
  readonly accountId: number
  readonly providerSessionGuid: Guid
  readonly callGuid: Guid | null
  readonly state: SessionState
}

/** Finds a session by its `sessionGuid`, for whoever answers for the region and not for one account. */
export function createFindProviderSession(store: Store) {
  const find = store.prepare((db, p: { guid: Guid }) =>
    db
      .selectFrom('payment_session')
      .select(['account_id', 'provider_session_guid', 'call_guid', 'state'])
      .where('guid', '=', p.guid),
  )
  return async (sessionGuid: Guid): Promise<ProviderSession | undefined> => {
    const row = await find.first(store.reader, { guid: sessionGuid })
    return (
      row && {
        accountId: row.account_id,
        providerSessionGuid: row.provider_session_guid,
        callGuid: row.call_guid,
        state: row.state,
      }
    )
  }
}
