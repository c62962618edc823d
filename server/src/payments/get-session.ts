import type { Caller } from '../identity/bearer.ts'
import type { FindSession } from './find-session.ts'
import type { StatusText } from './session-answer.ts'

/**
 * The status of a session of either kind, as JSON text (contract/payment-api §4). One read.
 *
 * @throws {Problem} `not-found`
 */
export type GetSession = (caller: Caller, sessionGuid: string) => Promise<string>

export function createGetSession({
  findSession,
  statusText,
}: {
  readonly findSession: FindSession
  readonly statusText: StatusText
}): GetSession {
  return async ({ account }, sessionGuid) => statusText(await findSession(account.id, sessionGuid))
}
