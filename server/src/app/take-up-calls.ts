import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Calls, LeftCall } from '../calls/calls.ts'
import type { VaultSessions } from '../vault/model/vault-sessions.ts'
import { secureCall } from './secure-call.ts'

/** The calls that the process before this one left secured find their sessions again, or are given back. */
export async function takeUpCalls({
  calls,
  sessions,
  clock,
  log,
}: {
  readonly calls: Calls
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly clock: Clock
  readonly log: Log
}): Promise<void> {
  async function takeUp(left: LeftCall): Promise<void> {
    const { callGuid, sessionGuid } = left
    const session = sessions.find(sessionGuid)
    if (session) await secureCall({ calls, callGuid, session, clock, by: 'takeUp' })
    else await calls.giveBack(left)
  }

  for (const left of await calls.left()) {
    await takeUp(left).catch((error: unknown) => {
      log.error(
        { err: error, call: left.callGuid, capture: left.sessionGuid },
        'a call could not be taken up again',
      )
    })
  }
}
