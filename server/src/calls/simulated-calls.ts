import type { Clock } from '../base/clock.ts'
import type { Guid, NewGuid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import type { Call, CallListener, Calls, Tone } from './calls.ts'

/** Who heard the keys that were pressed. */
export type HeardBy = 'listener' | 'agent'

/** A telephone without a telephone network: calls are opened, typed into and hung up by a program. */
export interface SimulatedCalls extends Calls {
  /** Puts an agent on a new call. The agent's former call ends: nobody is on two. */
  open(accountId: number, agentId: string): Call
  /**
   * Presses keys in their order, with a pause of so many milliseconds between two.
   *
   * @throws {Problem} `not-found` when there is no such call, or it ends before the last key.
   */
  press(accountId: number, callGuid: Guid, keys: readonly Tone[], gapMilliseconds: number): Promise<HeardBy>
  /** @throws {Problem} `not-found` when there is no such call. */
  hangUp(accountId: number, callGuid: Guid): void
}

interface OpenCall extends Call {
  readonly accountId: number
  listener: CallListener | null
}

/** The calls of one region, in memory: they end with the process, as calls do. */
export function createSimulatedCalls({
  clock,
  newGuid,
}: {
  readonly clock: Clock
  readonly newGuid: NewGuid
}): SimulatedCalls {
  const calls = new Map<Guid, OpenCall>()

  function callOf(accountId: number, callGuid: Guid): OpenCall {
    const call = calls.get(callGuid)
    if (call?.accountId === accountId) return call
    throw new Problem('not-found', 'There is no such call, or it has ended.')
  }

  function end(call: OpenCall): void {
    calls.delete(call.callGuid)
    call.listener?.hungUp()
  }

  return {
    open(accountId, agentId) {
      for (const call of calls.values()) {
        if (call.accountId === accountId && call.agentId === agentId) end(call)
      }
      const call: OpenCall = { callGuid: newGuid(), accountId, agentId, listener: null }
      calls.set(call.callGuid, call)
      return { callGuid: call.callGuid, agentId }
    },

    async press(accountId, callGuid, keys, gapMilliseconds) {
      let heardBy: HeardBy = 'agent'
      for (const [index, key] of keys.entries()) {
        if (index > 0 && gapMilliseconds > 0) {
          await new Promise<void>((resolve) => clock.after(gapMilliseconds, resolve))
        }
        const { listener } = callOf(accountId, callGuid)
        if (index === 0) heardBy = listener ? 'listener' : 'agent'
        listener?.tone(key)
      }
      return heardBy
    },

    hangUp: (accountId, callGuid) => end(callOf(accountId, callGuid)),

    async findLiveCall(accountId, agentId) {
      for (const call of calls.values()) {
        if (call.accountId === accountId && call.agentId === agentId) {
          return { callGuid: call.callGuid, agentId }
        }
      }
    },

    async secure(callGuid, listener) {
      const call = calls.get(callGuid)
      if (!call) throw new Problem('no-live-call', 'The call has ended.')
      call.listener = listener
    },

    async release(callGuid) {
      const call = calls.get(callGuid)
      if (call) call.listener = null
    },
  }
}
