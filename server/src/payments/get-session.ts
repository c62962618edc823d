import type { Clock } from '../base/clock.ts'
import type { Caller } from '../identity/bearer.ts'
import type { FindSession, FoundSession } from './find-session.ts'
import { isWithin, reachOf } from './reach.ts'
import type { StatusText } from './session-answer.ts'
import type { SettledAnswers } from './settled-answers.ts'

/**
 * The status of a session of either kind, as JSON text (contract/payment-api §4). One read.
 *
 * @throws {Problem} `not-found`
 */
export type GetSessionJson = (caller: Caller, sessionGuid: string) => Promise<string>

/**
 * A session that has ended with a known outcome changes no more until its result is removed, on whichever node
 * it ended; its answer is kept for a few seconds, because programs ask for a result more than once.
 */
export function createGetSessionJson({
  clock,
  findSession,
  statusText,
  settled,
}: {
  readonly clock: Clock
  readonly findSession: FindSession
  readonly statusText: StatusText
  readonly settled: SettledAnswers
}): GetSessionJson {
  return async (caller, sessionGuid) => {
    const known = settled.get(sessionGuid)
    if (known && isWithin(reachOf(caller), known.owner) && clock.now() < known.until) return known.text
    const session = await findSession(caller, sessionGuid)
    const text = statusText(session)
    const until = settledUntil(session)
    if (until !== null) settled.set(session.guid, { owner: session, text, until })
    return text
  }
}

function settledUntil({ ended_at, awaits_outcome, result_removal_at }: FoundSession): number | null {
  return ended_at !== null && awaits_outcome === 0 ? result_removal_at : null
}
