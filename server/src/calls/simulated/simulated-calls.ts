import type { CallTrouble, TelephoneState, Tone } from '@tonegate/protocol/telephone'
import type { Clock, Stop } from '../../base/clock.ts'
import type { Guid, NewGuid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Call } from '../calls.ts'
import type { Lines } from '../lines/lines.ts'
import type { LiveCalls } from '../live/live-calls.ts'
import type { Platform } from '../platforms/platform.ts'
import type { SimulatedPhones } from './simulated-phone.ts'

/** Who hears a key that is pressed. */
export type KeyReceiver = 'listener' | 'agent'

/** A telephone without a telephone network: calls are opened, typed into and hung up by a program. */
export interface SimulatedCalls {
  /**
   * Puts an agent on a new call. Nobody is on two: the agent's former call ends, or the new one is refused.
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
  press(callGuid: Guid, keys: Iterable<Tone>, gapMilliseconds: number): Promise<KeyReceiver>
  /** Lets something go wrong. @throws {Problem} `not-found` when there is no such call. */
  trouble(callGuid: Guid, trouble: CallTrouble): Promise<void>
  /** @throws {Problem} `not-found` when there is no such call. */
  hangUp(callGuid: Guid): Promise<void>
  /** Calls back with the present state of the caller's telephone, and with each after it, the last when the call ends. */
  watch(callGuid: Guid, watcher: (state: TelephoneState) => void): Stop
}

interface Parts {
  readonly clock: Clock
  readonly newGuid: NewGuid
  readonly phones: SimulatedPhones
  readonly liveCalls: LiveCalls
  readonly lines: Lines
  /** Whose calls they are. */
  readonly platform: Platform
}

/** The calls of a simulated platform, which tells of them as any other does. */
export function createSimulatedCalls(parts: Parts): SimulatedCalls {
  const { newGuid, phones, liveCalls, lines, platform } = parts
  const requireCall = (callGuid: Guid) => liveCalls.requireOf(platform, callGuid)

  async function end(callGuid: Guid): Promise<void> {
    await liveCalls.end(platform, callGuid, 'caller')
    phones.ended(callGuid)
  }

  return {
    async open(agentId, whenOnCall = 'end') {
      const former = await liveCalls.activeOf(platform.accountId, agentId)
      if (former && whenOnCall === 'refuse') {
        throw new Problem('not-possible-now', 'The agent is on another call.')
      }
      if (former) await end(former)
      const callGuid = newGuid()
      const told = { agentId, state: 'active', caller: null, reference: null, media: null } as const
      await liveCalls.report(platform, callGuid, told)
      return { callGuid, agentId }
    },
    requireCall,
    press: (callGuid, keys, gapMilliseconds) => pressKeys(parts, callGuid, { keys, gapMilliseconds }),
    async trouble(callGuid, trouble) {
      await requireCall(callGuid)
      lines.trouble(callGuid, trouble)
    },
    async hangUp(callGuid) {
      await requireCall(callGuid)
      await end(callGuid)
    },
    watch: phones.watch,
  }
}

/** The call is looked at for each key: it may end before the last, and be secured or given back in between. */
async function pressKeys(
  { clock, liveCalls, lines, platform }: Parts,
  callGuid: Guid,
  { keys, gapMilliseconds }: { readonly keys: Iterable<Tone>; readonly gapMilliseconds: number },
): Promise<KeyReceiver> {
  let heardBy: KeyReceiver | undefined
  let at = clock.now()
  for (const key of keys) {
    if (heardBy && gapMilliseconds > 0) {
      await new Promise<void>((resolve) => clock.after(gapMilliseconds, resolve))
      at += gapMilliseconds
    }
    if (!heardBy || gapMilliseconds > 0) await liveCalls.requireOf(platform, callGuid)
    const isSecured = lines.sessionOf(callGuid)?.state === 'secured'
    heardBy ??= isSecured ? 'listener' : 'agent'
    if (isSecured) lines.events.key(callGuid, key, at)
  }
  return heardBy ?? 'agent'
}
