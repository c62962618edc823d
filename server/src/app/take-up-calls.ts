import type { Clock, Stop } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { Calls, LeftCall } from '../calls/calls.ts'
import type { VaultSessions } from '../vault/model/vault-sessions.ts'
import { releaseCall, secureCall } from './secure-call.ts'

const sweepMilliseconds = 1_000

/**
 * Calls that another node left secured find their sessions again, where this one has taken those over; those whose sessions
 * have ended are released. So no call stays without its keys, whichever node dies.
 *
 * @param isOpen whether a session is open, at whichever node.
 */
export function createTakeUpCalls({
  calls,
  sessions,
  isOpen,
  clock,
  log,
}: {
  readonly calls: Pick<Calls, 'left' | 'leftOf' | 'secure' | 'takeUp' | 'say' | 'release'>
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly isOpen: (sessionGuid: Guid) => Promise<boolean>
  readonly clock: Clock
  readonly log: Log
}) {
  let stop: Stop | undefined
  let sweeping: Promise<void> | undefined

  async function takeUp(left: LeftCall): Promise<void> {
    const { callGuid, sessionGuid } = left
    const session = sessions.find(sessionGuid)
    try {
      if (session) await secureCall({ calls, callGuid, session, clock, by: 'takeUp' })
      else if (!(await isOpen(sessionGuid))) await releaseCall({ calls, left, clock })
    } catch (error) {
      // It has ended, or another node was sooner.
      if (error instanceof Problem && error.code === 'no-live-call') return
      const about = { err: error, call: callGuid, capture: sessionGuid }
      log.error(about, 'a call could not be taken up again')
    }
  }

  async function takeUpAll(): Promise<void> {
    for (const left of await calls.left()) await takeUp(left)
  }

  const sweep = (): Promise<void> => {
    sweeping ??= takeUpAll()
      .catch((error: unknown) => log.error({ err: error }, 'it could not be seen which calls are left'))
      .finally(() => {
        sweeping = undefined
      })
    return sweeping
  }

  return {
    /** The call of a session that this node has taken over, at once. */
    async ofSession(sessionGuid: Guid): Promise<void> {
      const left = await calls.leftOf(sessionGuid)
      if (left) await takeUp(left)
    },
    /** Takes up what is left, from now on every second. */
    async start(): Promise<void> {
      await sweep()
      stop ??= clock.every(sweepMilliseconds, () => void sweep())
    },
    async close(): Promise<void> {
      stop?.()
      await sweeping
    },
  }
}
