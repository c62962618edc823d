import { playScenario, type ScenarioName } from '@tonegate/protocol/scenarios/scenarios'
import type { Caller } from './caller.ts'
import { createFollowSession } from './follow-session.ts'
import { onAnotherCall, overtaken, type Scene } from './scene.ts'
import { endOf, isSessionOpen, nothing } from './simulation-state.ts'
import { stageOf } from './stage-of.ts'

/** Plays a scenario, on a stage where nothing is open of what was played before. */
export function createPlayTake(scene: Scene, caller: Caller) {
  const { data, telephone, program, state, update, isPlayed } = scene
  const followSession = createFollowSession(scene)

  /** Leaves nothing open behind: the session is cancelled, the caller hangs up. */
  async function clearStage(): Promise<void> {
    await caller.hasCalled()
    const { session, call } = state()
    const wasOpen = isSessionOpen(state())
    caller.ignore()
    if (session && wasOpen) await program.cancels(session.sessionGuid).catch(() => {})
    if (call?.telephone.call === 'connected') await telephone.hangUp(call.callGuid)
  }

  async function playTake(scenario: ScenarioName, take: number): Promise<void> {
    await clearStage()
    if (!isPlayed(take)) return
    update({ ...nothing, scenario, agent: state().agent, playing: 'playing' })
    try {
      await playScenario(scenario, stageOf({ scene, caller, followSession, take }), data)
      update({ playing: 'ended', line: endOf(state().status) })
    } catch (error) {
      if (error === overtaken) return
      if (error === onAnotherCall) return update({ playing: 'waiting', line: 'on-another-call' })
      update({ playing: 'failed', line: 'failed' })
      throw error
    }
  }

  return { playTake, clearStage }
}
