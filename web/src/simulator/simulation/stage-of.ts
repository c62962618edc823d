import type { Stage } from '@tonegate/protocol/scenarios/stage'
import type { OpenedSession } from '../program.ts'
import type { Tone } from '../telephone.ts'
import type { Caller } from './caller.ts'
import { pressButton } from './press-button.ts'
import { overtaken, pollMilliseconds, type Scene } from './scene.ts'
import { isSessionOpen, outcomeOf, requireCall, requireSession } from './simulation-state.ts'

/** How many gaps between keys something is given to be read. */
const gapsToRead = 7
/** A handset that doubles its tones sends the second one so soon after the first… */
const echoMilliseconds = 40
/** …and a hand needs at least so long to another key, or to the same one when keys are to be told from their echoes. */
const minHandMilliseconds = 170
const minSameKeyMilliseconds = 450

/** What a take is played on: each step is done against the server, unless the take is not played any more. */
export interface Take {
  readonly scene: Scene
  readonly caller: Caller
  readonly followSession: (session: OpenedSession, take: number) => Promise<void>
  readonly take: number
}

export function stageOf(played: Take): Stage {
  const { scene, caller } = played
  const { data, telephone, state, update } = scene
  return {
    async say(line) {
      goOn(played)
      update({ line })
      await pause(played, data.keyGap * gapsToRead)
    },
    program: programOf(played),
    caller: {
      calls: () => caller.calls(played.take),
      async types(keys) {
        for (const key of keys) {
          await caller.presses(key as Tone, key, echoMilliseconds)
          await pause(played, data.keyGap)
        }
      },
      async typesDoubled(keys) {
        for (const [at, key] of [...keys].entries()) {
          await caller.presses(key as Tone, key.repeat(2), echoMilliseconds)
          const least = key === keys[at + 1] ? minSameKeyMilliseconds : minHandMilliseconds
          await pause(played, Math.max(data.keyGap, least))
        }
      },
      hangsUp: () => caller.hangsUp(),
    },
    // Whoever looks at the page is the customer.
    customer: { pays: async () => {} },
    agent: agentOf(played),
    trouble: (trouble) => telephone.trouble(requireCall(state()), trouble),
  }
}

function programOf(played: Take): Stage['program'] {
  const { scene, followSession, take } = played
  const { data, program, state, update } = scene

  async function open(kind: 'call' | 'digital', configurationId: number): Promise<void> {
    const path = kind === 'call' ? 'session' : 'digitalsession'
    const { agentId } = state().agent
    const session = await program.opensSession(path, { agentId, configurationId })
    goOn(played)
    update({ session: { ...session, kind }, loads: 1 })
    void followSession(session, take)
    await pause(played, data.keyGap * gapsToRead)
  }

  async function until(reached: () => boolean): Promise<void> {
    while (!reached()) await pause(played, Math.min(pollMilliseconds(data.keyGap), 200))
    goOn(played)
  }

  return {
    asksForToken: () => program.asksForToken(),
    opensSession: (configurationId = 0) => open('call', configurationId),
    opensDigitalSession: () => open('digital', 0),
    cancels: () => program.cancels(requireSession(state()).sessionGuid),
    readsTheEnd: () => until(() => !isSessionOpen(state())),
    readsTheOutcome: () => until(() => outcomeOf(state().status) !== 'unknown'),
  }
}

function agentOf(played: Take): Stage['agent'] {
  const { scene } = played
  const { data, state, update } = scene
  return {
    async reloads() {
      update({ loads: state().loads + 1 })
      await pause(played, data.keyGap * gapsToRead)
    },
    async turnsOnSlowMode() {
      await pressButton(scene, { command: 'slow-mode', on: 'on' })
    },
    async sendsLink() {
      const { paymentFormUrl } = requireSession(state())
      await pressButton(scene, { command: 'entry', entry: 'link' })
      const sent = await pressButton(scene, { command: 'send-link', channel: 'sms' })
      if (sent === 'refused') update({ message: { text: '', url: paymentFormUrl } })
    },
  }
}

async function pause(played: Take, milliseconds: number): Promise<void> {
  goOn(played)
  if (milliseconds > 0) await played.scene.wait(milliseconds)
  goOn(played)
}

function goOn({ scene, take }: Take): void {
  if (!scene.isPlayed(take)) throw overtaken
}
