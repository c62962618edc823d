import type { Guid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Caller } from '../identity/bearer.ts'
import type { FindSession, FoundSession } from './find-session.ts'
import type { Provider } from './provider.ts'
import type { StatusText } from './session-answer.ts'
import type { SessionEndings } from './session-endings.ts'
import { isOpen } from './session-state.ts'

/** The provider reports the end at once; a caller does not wait longer for it. */
const maxWaitMilliseconds = 5000

/**
 * Ends an open session (contract/payment-api §1) and answers its status, as JSON text. Only the provider knows whether the
 * card was charged in the same moment, so its report alone says how the session ended. Cancelling a cancelled
 * session again is no error. Where the configuration says so, what was authorised in a session that has ended and was
 * not captured is let go; its state stays, and its outcome is `cancelled`.
 *
 * @throws {Problem} `not-found`; `session-ended` when it ended otherwise; `not-possible-now` once the gateway
 *   has been asked, and when it will not let go, or has not said so yet.
 */
export type CancelSessionJson = (caller: Caller, sessionGuid: string) => Promise<string>

export function createCancelSessionJson({
  findSession,
  provider,
  endings,
  statusText,
}: {
  readonly findSession: FindSession
  readonly provider: Provider
  readonly endings: SessionEndings
  readonly statusText: StatusText
}): CancelSessionJson {
  async function cancelOpen(session: FoundSession): Promise<void> {
    const ended = endings.wait(session.guid, maxWaitMilliseconds)
    await provider.cancel(session.provider_session_guid as Guid)
    await ended
  }

  return async (caller, sessionGuid) => {
    const before = await findSession(caller, sessionGuid)
    if (isOpen(before.state)) await cancelOpen(before)
    const session = isOpen(before.state) ? await findSession(caller, sessionGuid) : before
    if (session.state === 'Cancelled' || isOpen(session.state)) return statusText(session)
    switch (await provider.cancelAfterwards(session.provider_session_guid as Guid)) {
      case 'voided':
        return statusText(await findSession(caller, sessionGuid))
      case 'refused':
        throw new Problem(
          'not-possible-now',
          'The gateway refused to void the authorisation of this session.',
        )
      case 'not-known':
        throw new Problem(
          'not-possible-now',
          'The authorisation is being voided, but the gateway has not answered yet. Send the cancel request again to see the result.',
        )
      case 'nothing':
        throw new Problem('session-ended', `The session has already ended (state ${session.state}).`)
    }
  }
}
