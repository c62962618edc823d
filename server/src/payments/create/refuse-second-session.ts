import { Problem } from '../../base/problem.ts'
import type { Caller } from '../../identity/bearer.ts'
import type { Store } from '../../store/store.ts'
import type { ProviderLaunch } from '../provider.ts'
import { isWithin, reachOf } from '../reach.ts'

/** @throws {Problem} `call-has-session` when the call of a launch has an open session, and it is another one. */
export type RefuseSecondSession = (launch: ProviderLaunch, caller: Caller) => Promise<void>

/** A session that the caller does not reach is not named: all that can be seen of it is that the call is taken. */
export function createRefuseSecondSession(store: Store): RefuseSecondSession {
  const findOpen = store.prepare((db, p: { callGuid: string }) =>
    db
      .selectFrom('payment_session')
      .select(['guid', 'account_id', 'agent_id'])
      .where('call_guid', '=', p.callGuid)
      .where('ended_at', 'is', null),
  )
  return async ({ callGuid, sessionGuid }, caller) => {
    const open = callGuid && (await findOpen.first(store.reader, { callGuid }))
    if (!open || open.guid === sessionGuid) return
    if (!isWithin(reachOf(caller), open)) {
      throw new Problem('call-has-session', 'This call already has an open payment session of another agent.')
    }
    throw new Problem(
      'call-has-session',
      `This call already has an open payment session (${open.guid}). Use it or cancel it first.`,
      {
        members: { sessionGuid: open.guid },
      },
    )
  }
}
