import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Caller } from '../identity/bearer.ts'
import type { FindSession } from './find-session.ts'
import type { Provider } from './provider.ts'
import type { StatusText } from './session-answer.ts'
import type { SessionEndings } from './session-endings.ts'
import { isOpen } from './session-state.ts'

/** The provider reports the end at once; a caller does not wait longer for it. */
const longestWaitMilliseconds = 5000

/**
 * Ends an open session (contract/payment-api §1) and answers its status. Only the provider knows whether the
 * card was charged in the same moment, so its report alone says how the session ended. Cancelling a cancelled
 * session again is no error.
 *
 * @throws {Problem} `not-found`; `session-ended` when it ended otherwise; `not-possible-now` once the gateway
 *   has been asked.
 */
export type CancelSession = (caller: Caller, sessionGuid: string) => Promise<string>

export function createCancelSession({
  findSession,
  provider,
  endings,
  statusText,
}: {
  readonly findSession: FindSession
  readonly provider: Provider
  readonly endings: SessionEndings
  readonly statusText: StatusText
}): CancelSession {
  return async ({ account }, sessionGuid) => {
    const before = await findSession(account.id, sessionGuid)
    if (isOpen(before.state)) {
      const ended = endings.wait(before.guid, longestWaitMilliseconds)
      await provider.cancel(before.provider_session_guid as Guid)
      await ended
    }
    const session = await findSession(account.id, sessionGuid)
    if (session.state === 'Cancelled' || isOpen(session.state)) return statusText(session)
    throw new Problem('session-ended', `The session has ended: its state is ${session.state}.`)
  }
}
