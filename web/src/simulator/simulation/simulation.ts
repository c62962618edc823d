import { openAgentView } from '@tonegate/client'
import type { ScenarioName } from '@tonegate/protocol/scenarios/scenarios'
import type { SimulatedAgent } from '@tonegate/protocol/simulator-page-data'
import { withExchange } from '../exchange.ts'
import { createProgram } from '../program.ts'
import { createTelephone, type Tone } from '../telephone.ts'
import { createCaller } from './caller.ts'
import { createPlayTake } from './play-take.ts'
import type { Scene } from './scene.ts'
import { isSessionOpen, nothing, requireSession, type SimulationState } from './simulation-state.ts'

export interface Simulation {
  state(): SimulationState
  subscribe(listener: () => void): () => void
  /** Ends what is being played, and plays a scenario from its beginning. */
  play(scenario: ScenarioName): void
  stop(): void
  /** Who could play in place of an agent who is on another call. */
  otherAgent(): SimulatedAgent
  /** Plays the scenario that was waiting with them. */
  playWithOtherAgent(): void
  /** Hangs up when the page is left, so that the agent is free. */
  leave(): void
  /** A key that the user presses. */
  press(key: Tone): void
  hangUp(): void
  cancel(): void
  /** Opens the agent view in its frame. */
  showView(frame: HTMLIFrameElement): () => void
}

interface Parts extends Pick<Scene, 'data' | 'fetch' | 'wait' | 'now' | 'sound'> {
  readonly openEvents: (path: string) => EventSource
}

/**
 * The simulation: plays the caller, the agent's hand and the program against the very server that the page came from,
 * and keeps what each of the three sees.
 */
export function createSimulation(parts: Parts): Simulation {
  const listeners = new Set<() => void>()
  let state: SimulationState = { ...nothing, agent: parts.data.agent }
  let takes = 0

  function update(change: Partial<SimulationState>): void {
    state = { ...state, ...change }
    for (const listener of [...listeners]) listener()
  }

  const scene: Scene = {
    ...parts,
    telephone: createTelephone(parts),
    program: createProgram({
      ...parts,
      record(exchange) {
        const others = state.exchanges.filter(({ id }) => id !== exchange.id)
        update({ exchanges: withExchange(others, exchange) })
      },
    }),
    state: () => state,
    update,
    isPlayed: (take) => take === takes,
  }
  const caller = createCaller(scene)
  const { playTake, clearStage } = createPlayTake(scene, caller)

  function play(scenario: ScenarioName): void {
    takes += 1
    void playTake(scenario, takes)
  }

  return {
    state: scene.state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    play,
    stop() {
      takes += 1
      void clearStage().then(() => update({ playing: 'ended', line: 'stopped' }))
    },
    otherAgent: () => otherAgent(scene),
    playWithOtherAgent() {
      const { scenario } = state
      if (!scenario) return
      update({ agent: otherAgent(scene) })
      play(scenario)
    },
    leave() {
      if (caller.isConnected()) void caller.hangsUp()
    },
    press(key) {
      if (caller.isConnected()) void caller.presses(key, key, 0)
    },
    hangUp() {
      if (state.call) void caller.hangsUp()
    },
    cancel() {
      const { session } = state
      if (session && isSessionOpen(state)) void scene.program.cancels(session.sessionGuid).catch(() => {})
    },
    showView: (frame) => showView(scene, frame),
  }
}

/** Who could play in place of the agent. */
function otherAgent({ data, state }: Scene): SimulatedAgent {
  const agents = [data.agent, ...data.otherAgents]
  const { agent } = state()
  return agents[(agents.indexOf(agent) + 1) % agents.length] ?? agent
}

function showView({ state, update }: Scene, frame: HTMLIFrameElement): () => void {
  const session = requireSession(state())
  const iframeUrl = new URL(new URL(session.iframeUrl).pathname, location.origin).href
  const view = openAgentView({
    session: { ...session, iframeUrl },
    frame,
    onState: ({ state: view }) => update({ told: { ...state().told, view } }),
    onResult: (result) => update({ told: { ...state().told, result } }),
  })
  return view.close
}
