import type { Guid } from '../../../base/guid.ts'
import type { Engine } from '../engine.ts'
import type { Leg } from '../ng/ng-command.ts'
import { isGone } from '../ng/ng-fault.ts'

/** A caller who hears prompts. */
export interface Listening {
  readonly engine: Engine
  readonly caller: Leg
}

const directional = ['directional'] as const

/**
 * Keeps what the agent says from the caller while a prompt is played: the two would come through one another, packet by
 * packet. What is muted is written down before it is, so that nobody stays unheard.
 */
export function createAgentMute() {
  const muted = new Map<Guid, Listening & { readonly others: readonly Leg[] }>()

  /** What may be muted, also by a process before this one: everybody in the call but the caller. @throws {NgFault} */
  async function recall(callGuid: Guid, { engine, caller }: Listening): Promise<readonly Leg[]> {
    const { tags } = await engine.ask({ command: 'query', 'call-id': caller['call-id'] })
    const names = Object.keys(typeof tags === 'object' && tags !== null ? tags : {})
    const before = muted.get(callGuid)?.others ?? []
    const others = names
      .filter((tag) => tag !== caller['from-tag'])
      .map((tag) => ({ 'call-id': caller['call-id'], 'from-tag': tag }))
    muted.set(callGuid, { engine, caller, others: [...before, ...others] })
    return others
  }

  return {
    recall,
    engineOf: (callGuid: Guid): Engine | undefined => muted.get(callGuid)?.engine,

    forget: (callGuid: Guid): void => void muted.delete(callGuid),

    /** @throws {NgFault} */
    async mute(callGuid: Guid, listening: Listening): Promise<void> {
      const others = await recall(callGuid, listening)
      for (const leg of others) {
        await listening.engine.ask({ command: 'block media', ...leg, flags: directional })
      }
    },

    /** Stops what is played, and lets the others be heard. @throws {NgFault} when that is not certain. */
    async unmute(callGuid: Guid): Promise<void> {
      const found = muted.get(callGuid)
      if (!found) return
      const { engine, caller, others } = found
      const outcomes = await Promise.allSettled([
        engine.ask({ command: 'stop media', ...caller }),
        ...others.map((leg) => engine.ask({ command: 'unblock media', ...leg, flags: directional })),
      ])
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected' && !isGone(outcome.reason)) throw outcome.reason
      }
      muted.delete(callGuid)
    },
  }
}
