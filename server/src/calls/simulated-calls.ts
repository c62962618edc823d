import type { CallTrouble, TelephoneState, Tone } from '@tonegate/protocol/telephone'
import type { Clock, Stop } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Parts } from '../base/parts.ts'
import { Problem } from '../base/problem.ts'
import type { Call, CallListener, Calls } from './calls.ts'

/** Who received the keys that were pressed. */
export type KeyReceiver = 'listener' | 'agent'

/** A telephone without a telephone network: calls are opened, typed into and hung up by a program. */
export interface SimulatedCalls extends Calls {
  /**
   * Puts an agent on a new call. Nobody is on two: the agent's former call ends, or the new one is refused.
   *
   * @throws {Problem} `not-possible-now` when the agent is on a call, and `whenOnCall` is `refuse`.
   */
  open(accountId: number, agentId: string, whenOnCall?: 'end' | 'refuse'): Call
  /**
   * Presses keys in their order, with a pause of so many milliseconds between two.
   *
   * @throws {Problem} `not-found` when there is no such call, or it ends before the last key.
   */
  press(
    accountId: number,
    callGuid: Guid,
    keys: Iterable<Tone>,
    gapMilliseconds: number,
  ): Promise<KeyReceiver>
  /** Lets something go wrong. @throws {Problem} `not-found` when there is no such call. */
  trouble(accountId: number, callGuid: Guid, trouble: CallTrouble): void
  /** @throws {Problem} `not-found` when there is no such call. */
  hangUp(accountId: number, callGuid: Guid): void
  /**
   * Calls back with the present state of the caller's telephone, and with each after it, the last when the call ends.
   *
   * @throws {Problem} `not-found` when there is no such call.
   */
  watch(accountId: number, callGuid: Guid, watcher: (state: TelephoneState) => void): Stop
}

interface OpenCall extends Call {
  readonly accountId: number
  readonly watchers: Set<(state: TelephoneState) => void>
  listener: CallListener | null
  said: TelephoneState['said']
}

/** The calls of one region, in memory: they end with the process, as calls do. */
export function createSimulatedCalls({ clock, newGuid }: Pick<Parts, 'clock' | 'newGuid'>): SimulatedCalls {
  const calls = new Map<Guid, OpenCall>()

  function callOf(accountId: number, callGuid: Guid): OpenCall {
    const call = calls.get(callGuid)
    if (call?.accountId === accountId) return call
    throw new Problem('not-found', 'No call has this id, or it has ended.')
  }

  function end(call: OpenCall): void {
    calls.delete(call.callGuid)
    call.listener?.hungUp()
    call.listener = null
    changed(call)
  }

  const stateOf = (call: OpenCall): TelephoneState => ({
    call: calls.has(call.callGuid) ? 'connected' : 'ended',
    secured: call.listener !== null,
    said: call.said,
  })

  function changed(call: OpenCall): void {
    for (const watcher of [...call.watchers]) watcher(stateOf(call))
  }

  return {
    open(accountId, agentId, whenOnCall = 'end') {
      for (const call of calls.values()) {
        if (call.accountId !== accountId || call.agentId !== agentId) continue
        if (whenOnCall === 'refuse') throw new Problem('not-possible-now', 'The agent is on another call.')
        end(call)
      }
      const callGuid = newGuid()
      calls.set(callGuid, { callGuid, accountId, agentId, watchers: new Set(), listener: null, said: null })
      return { callGuid, agentId }
    },

    press: (accountId, callGuid, keys, gapMilliseconds) =>
      pressKeys(clock, { keys, gapMilliseconds }, () => callOf(accountId, callGuid)),

    trouble: (accountId, callGuid, trouble) => callOf(accountId, callGuid).listener?.trouble(trouble),

    hangUp: (accountId, callGuid) => end(callOf(accountId, callGuid)),

    watch(accountId, callGuid, watcher) {
      const call = callOf(accountId, callGuid)
      call.watchers.add(watcher)
      watcher(stateOf(call))
      return () => call.watchers.delete(watcher)
    },

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
      changed(call)
    },

    async say(callGuid, said) {
      const call = calls.get(callGuid)
      if (!call) return
      call.said = said
      changed(call)
    },

    async release(callGuid, listener) {
      const call = calls.get(callGuid)
      if (call?.listener !== listener) return
      call.listener = null
      changed(call)
    },
  }
}

/** @param callOf looked at for each key: the call may end before the last, and its listener change. */
async function pressKeys(
  clock: Clock,
  { keys, gapMilliseconds }: { readonly keys: Iterable<Tone>; readonly gapMilliseconds: number },
  callOf: () => OpenCall,
): Promise<KeyReceiver> {
  let heardBy: KeyReceiver | undefined
  let at = clock.now()
  for (const key of keys) {
    if (heardBy && gapMilliseconds > 0) {
      await new Promise<void>((resolve) => clock.after(gapMilliseconds, resolve))
      at += gapMilliseconds
    }
    const { listener } = callOf()
    heardBy ??= listener ? 'listener' : 'agent'
    listener?.tone(key, at)
  }
  return heardBy ?? 'agent'
}
