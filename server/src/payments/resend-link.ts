import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { Caller } from '../identity/bearer.ts'
import type { FindSession } from './find-session.ts'
import type { Provider } from './provider.ts'
import type { ResendRequest } from './requests/read-resend-request.ts'
import type { ResentLink } from './requests/schemas.ts'
import { isOpen } from './session-state.ts'

/**
 * Sends the link of an open session again (contract/payment-api §1): of a digital session, or of one on a call, whose
 * customer then goes on by the link. To another address than before it is a new link, and the former one ends.
 *
 * @throws {Problem} `not-found`, `session-ended`, and what the provider answers: `invalid-request` without a usable
 *   address, `not-possible-now`, `quota-exceeded`, `link-not-sent`.
 */
export type ResendLink = (caller: Caller, sessionGuid: string, request: ResendRequest) => Promise<ResentLink>

export function createResendLink({
  findSession,
  provider,
  log,
}: {
  readonly findSession: FindSession
  readonly provider: Provider
  readonly log: Log
}): ResendLink {
  return async (caller, sessionGuid, request) => {
    const { account, clientId, agentId } = caller
    const session = await findSession(caller, sessionGuid)
    if (!isOpen(session.state)) {
      throw new Problem('session-ended', `The session has already ended (state ${session.state}).`)
    }
    const sent = await provider.sendLink(session.provider_session_guid, request)
    const { channel, paymentFormUrl } = sent
    const address = request.to === undefined ? 'as before' : 'given'
    log.info(
      { sessionGuid: session.guid, accountId: account.id, clientId, agentId, channel, address },
      'a client had a payment link sent',
    )
    return { sessionGuid: session.guid, channel, paymentFormUrl }
  }
}
