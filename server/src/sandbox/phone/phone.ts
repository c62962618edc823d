import type { TelephoneState } from '@tonegate/protocol/telephone'
import type { Clock, Stop } from '../../base/clock.ts'
import type { Guid, NewGuid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { Problem } from '../../base/problem.ts'
import type { Call } from '../../calls/calls.ts'
import { askOthers, type CallPeers, peersPath } from '../../calls/peers/call-peers.ts'
import type { Http } from '../../http/http.ts'
import { createCallerPhones } from './caller-phones.ts'
import type { CallsClient, ReportedTrouble } from './calls-client.ts'
import { followCommands } from './follow-commands.ts'
import { createPressKeys, type KeyReceiver, type PressedKeys } from './press-keys.ts'

/**
 * The sandbox's phone system: calls without a telephone network, opened, typed into and hung up by a program. It is a platform
 * like any other: whatever it tells and is told goes through the calls API.
 */
export interface SandboxPhone {
  /** Reads its commands from now on; until then no line of its calls is secured. To be called once. */
  connect(): Promise<void>
  /**
   * Puts an agent on a new call. Nobody is on two: the agent's former call ends, or the new one is refused. A call of another
   * platform cannot be ended, and is held.
   *
   * @throws {Problem} `not-possible-now` when the agent is on a call, and `whenOnCall` is `refuse`.
   */
  open(agentId: string, whenOnCall?: 'end' | 'refuse'): Promise<Call>
  /** @throws {Problem} `not-found` when there is no such call. */
  requireCall(callGuid: Guid): Promise<void>
  /**
   * Presses keys in their order, with a pause of so many milliseconds between two.
   *
   * @throws {Problem} `not-found` when there is no such call, or it ends before the last key.
   */
  press(callGuid: Guid, pressed: PressedKeys): Promise<KeyReceiver>
  /** Lets something go wrong. @throws {Problem} `not-found` when there is no such call. */
  trouble(callGuid: Guid, trouble: ReportedTrouble): Promise<void>
  /** @throws {Problem} `not-found` when there is no such call. */
  hangUp(callGuid: Guid): Promise<void>
  /** Calls back with the present state of the caller's phone, and with each after it, the last when the call ends. */
  watch(callGuid: Guid, watcher: (state: TelephoneState) => void): Stop
  /** What the phones of other nodes tell this one. */
  serve(app: Http): void
  close(): void
}

/**
 * Each node has one, and each reads the platform's commands.
 *
 * @param activeCall the call that an agent is on, of whichever platform.
 */
export function createSandboxPhone({
  client,
  peers,
  activeCall,
  newGuid,
  clock,
  log,
}: {
  readonly client: CallsClient
  readonly peers: CallPeers
  readonly activeCall: (agentId: string) => Promise<Guid | undefined>
  readonly newGuid: NewGuid
  readonly clock: Clock
  readonly log: Log
}): SandboxPhone {
  const phones = createCallerPhones()
  const { connect, close } = followCommands({ client, clock, log, carryOut: phones.carryOut })
  const press = createPressKeys({ client, phones, clock })
  const onAgent = createOneAtATime()

  async function requireCall(callGuid: Guid): Promise<void> {
    try {
      await client.require(callGuid)
    } catch (error) {
      if (isNotFound(error)) phones.ended(callGuid)
      throw error
    }
  }

  async function hangUp(callGuid: Guid): Promise<void> {
    await requireCall(callGuid)
    await client.end(callGuid, 'caller')
    phones.ended(callGuid)
    await askOthers({ peers, clock }, { path: '/sandbox/call-ended', body: { callGuid } })
  }

  return {
    connect,
    open: (agentId, whenOnCall = 'end') =>
      onAgent(agentId, async () => {
        const former = await activeCall(agentId)
        if (former && whenOnCall === 'refuse') {
          throw new Problem('not-possible-now', 'The agent is on another call.')
        }
        if (former) await hangUp(former).catch(unlessNotFound)
        const callGuid = newGuid()
        await client.report(callGuid, { agentId })
        return { callGuid, agentId }
      }),
    requireCall,
    press,
    trouble: client.trouble,
    hangUp,
    watch: phones.watch,
    serve(app) {
      app.post<{ Body: { readonly callGuid: Guid } }>(`${peersPath}/sandbox/call-ended`, async ({ body }) => {
        phones.ended(body.callGuid)
        return {}
      })
    },
    close,
  }
}

const isNotFound = (error: unknown): boolean => error instanceof Problem && error.code === 'not-found'

function unlessNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error
}
