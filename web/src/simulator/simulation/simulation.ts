import { openAgentView, type ResultMessage, type ViewState } from '@tonegate/client'
import type { SimulatedAgent, SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { TimelyFetch } from '../timely-fetch.ts'
import { type Exchange, withExchange } from './exchange.ts'
import { createProgram, type OpenedSession, type SessionStatus } from './program.ts'
import { playScenario, type ScenarioName, type Stage } from './scenarios.ts'
import { createTelephone, type PhoneMessage, type TelephoneState, type Tone } from './telephone.ts'
import type { Line } from './texts.ts'

/** All that the three columns show. */
export interface SimulationState {
  readonly scenario: ScenarioName | null
  /** `waiting`: the agent is on another call, and another one is offered. */
  readonly playing: 'playing' | 'ended' | 'failed' | 'waiting' | 'nothing'
  readonly agent: SimulatedAgent
  readonly line: Line | null
  readonly call: {
    readonly callGuid: string
    readonly since: number
    readonly telephone: TelephoneState
  } | null
  /** The keys of the caller since something was said last. */
  readonly pressed: string
  /** Changes with each key, so that the same key twice is seen twice. */
  readonly lastKey: { readonly key: Tone; readonly count: number } | null
  readonly session: (OpenedSession & { readonly kind: 'call' | 'digital' }) | null
  /** How often the agent has loaded the view. */
  readonly loads: number
  readonly status: SessionStatus | null
  /** What the desktop was told by the agent view. */
  readonly told: { readonly view: ViewState | null; readonly result: ResultMessage | null }
  readonly message: PhoneMessage | null
  readonly exchanges: readonly Exchange[]
}

const nothing: Omit<SimulationState, 'agent'> = {
  scenario: null,
  playing: 'nothing',
  line: null,
  call: null,
  pressed: '',
  lastKey: null,
  session: null,
  loads: 0,
  status: null,
  told: { view: null, result: null },
  message: null,
  exchanges: [],
}

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

/** How many gaps between keys something is given to be read. */
const gapsToRead = 7
/** A handset that doubles its tones sends the second one so soon after the first… */
const echoMilliseconds = 40
/** …and a hand needs at least so long to another key, or to the same one when keys are to be told from their echoes. */
const minHandMilliseconds = 170
const minSameKeyMilliseconds = 450
const maxKeysShown = 24
const commandMilliseconds = 15_000

/**
 * The simulation: plays the caller, the agent's hand and the program against the very server that the page came from,
 * and keeps what each of the three sees.
 */
export function createSimulation({
  data,
  fetch,
  wait,
  now,
  openEvents,
  sound,
}: {
  readonly data: SimulatorPageData
  readonly fetch: TimelyFetch
  readonly wait: (milliseconds: number) => Promise<void>
  readonly now: () => number
  readonly openEvents: (path: string) => EventSource
  readonly sound: (key: Tone) => void
}): Simulation {
  const { keyGap } = data
  const pollMilliseconds = Math.min(1000, Math.max(100, keyGap * 5))
  const telephone = createTelephone({ fetch, openEvents })
  const listeners = new Set<() => void>()
  const agents = [data.agent, ...data.otherAgents]
  let state: SimulationState = { ...nothing, agent: data.agent }
  let takes = 0
  let outbox: 'there' | 'missing' = 'there'
  let stopWatching = () => {}
  /** The call that is being made: it is there, or gone again, before anything else is played. */
  let calling: Promise<unknown> = Promise.resolve()

  function update(change: Partial<SimulationState>): void {
    state = { ...state, ...change }
    for (const listener of [...listeners]) listener()
  }

  const program = createProgram({
    data,
    fetch,
    record(exchange) {
      const others = state.exchanges.filter(({ id }) => id !== exchange.id)
      update({ exchanges: withExchange(others, exchange) })
    },
  })

  const isOpen = () =>
    state.session !== null && ['Created', 'InProgress'].includes(state.status?.sessionState ?? 'Created')

  /** Leaves nothing open behind: the session is cancelled, the caller hangs up. */
  async function clearStage(): Promise<void> {
    await calling
    const { session, call } = state
    const wasOpen = isOpen()
    stopWatching()
    if (session && wasOpen) await program.cancels(session.sessionGuid).catch(() => {})
    if (call?.telephone.call === 'connected') await telephone.hangUp(call.callGuid)
  }

  async function playTake(scenario: ScenarioName, take: number): Promise<void> {
    await clearStage()
    if (take !== takes) return
    update({ ...nothing, scenario, agent: state.agent, playing: 'playing' })
    try {
      await playScenario(scenario, stageOf(take), data)
      update({ playing: 'ended', line: endOf(state.status) })
    } catch (error) {
      if (error === overtaken) return
      if (error === onAnotherCall) return update({ playing: 'waiting', line: 'on-another-call' })
      update({ playing: 'failed', line: 'failed' })
      throw error
    }
  }

  function stageOf(take: number): Stage {
    const goOn = () => {
      if (take !== takes) throw overtaken
    }
    const pause = async (milliseconds: number) => {
      goOn()
      if (milliseconds > 0) await wait(milliseconds)
      goOn()
    }
    const keyed = async (key: string, presses: string) => {
      const callGuid = requireCall()
      shownKey(key as Tone)
      await telephone.press(callGuid, presses, echoMilliseconds)
    }
    const type = async (keys: string) => {
      for (const key of keys) {
        await keyed(key, key)
        await pause(keyGap)
      }
    }
    const typeDoubled = async (keys: string) => {
      for (const [at, key] of [...keys].entries()) {
        await keyed(key, key.repeat(2))
        const least = key === keys[at + 1] ? minSameKeyMilliseconds : minHandMilliseconds
        await pause(Math.max(keyGap, least))
      }
    }
    const open = async (kind: 'call' | 'digital', configurationId: number) => {
      const path = kind === 'call' ? 'session' : 'digitalsession'
      const { agentId } = state.agent
      const session = await program.opensSession(path, { agentId, configurationId })
      goOn()
      update({ session: { ...session, kind }, loads: 1 })
      void followSession(session, take)
      await pause(keyGap * gapsToRead)
    }
    const until = async (reached: () => boolean) => {
      while (!reached()) await pause(Math.min(pollMilliseconds, 200))
      goOn()
    }
    return {
      async say(line) {
        goOn()
        update({ line })
        await pause(keyGap * gapsToRead)
      },
      program: {
        asksForToken: () => program.asksForToken(),
        opensSession: (configurationId = 0) => open('call', configurationId),
        opensDigitalSession: () => open('digital', 0),
        cancels: () => program.cancels(requireSession().sessionGuid),
        readsTheEnd: () => until(() => !isOpen()),
        readsTheOutcome: () => until(() => outcomeOf(state.status) !== 'unknown'),
      },
      caller: {
        async calls() {
          const made = makeCall(take)
          calling = made.catch(() => {})
          await made
        },
        types: type,
        typesDoubled: typeDoubled,
        hangsUp: () => telephone.hangUp(requireCall()),
      },
      agent: {
        async reloads() {
          update({ loads: state.loads + 1 })
          await pause(keyGap * gapsToRead)
        },
        turnsOnSlowMode: async () => void (await obey({ command: 'slow-mode', on: 'on' })),
        async sendsLink() {
          const { paymentFormUrl } = requireSession()
          await obey({ command: 'entry', entry: 'link' })
          const sent = await obey({ command: 'send-link', channel: 'sms' })
          if (sent === 'refused') update({ message: { text: '', url: paymentFormUrl } })
        },
      },
      trouble: (trouble) => telephone.trouble(requireCall(), trouble),
    }
  }

  /** Reads the session until it has ended and its outcome is known; and the customer's messages meanwhile. */
  async function followSession(session: OpenedSession, take: number): Promise<void> {
    for (;;) {
      const status = await program.reads(session.sessionGuid).catch(() => null)
      if (take !== takes || state.session?.sessionGuid !== session.sessionGuid) return
      if (status) update({ status })
      if (!isOpen() && outcomeOf(status) !== 'unknown') return
      if (isOnLink()) await readMessage(session)
      await wait(pollMilliseconds)
    }
  }

  const isOnLink = () =>
    state.session?.kind === 'digital' || state.told.view?.entry === 'link' || state.scenario === 'to-link'

  async function readMessage({ providerSessionGuid }: OpenedSession): Promise<void> {
    if (outbox === 'missing') return
    const message = await telephone.readMessage(providerSessionGuid).catch(() => undefined)
    if (message === 'no-outbox') outbox = 'missing'
    else if (message && message.url !== state.message?.url) update({ message })
  }

  async function makeCall(take: number): Promise<void> {
    const made = await telephone.call(state.agent.agentId)
    if (made === 'on-another-call') throw onAnotherCall
    if (take === takes) return answer(made.callGuid)
    await telephone.hangUp(made.callGuid)
    throw overtaken
  }

  function answer(callGuid: string): void {
    update({
      call: { callGuid, since: now(), telephone: { call: 'connected', secured: false, said: null } },
    })
    stopWatching = telephone.watch(callGuid, (next) => {
      if (state.call?.callGuid !== callGuid) return
      const isNews = next.said?.text !== state.call.telephone.said?.text
      update({ call: { ...state.call, telephone: next }, ...(isNews && { pressed: '' }) })
    })
  }

  function shownKey(key: Tone): void {
    sound(key)
    const count = (state.lastKey?.count ?? 0) + 1
    update({ lastKey: { key, count }, pressed: `${state.pressed}${key}`.slice(-maxKeysShown) })
  }

  function requireCall(): string {
    if (!state.call) throw new Error('Nobody is on the phone.')
    return state.call.callGuid
  }

  function requireSession(): OpenedSession {
    if (!state.session) throw new Error('No session is open.')
    return state.session
  }

  /** A button of the agent view, pressed for the agent. */
  async function obey(command: ViewCommand): Promise<'done' | 'refused'> {
    const { iframeUrl, agentAccessToken } = requireSession()
    const path = new URL(iframeUrl).pathname.replace(/\/framed$/, '')
    const response = await fetch(`${path}/commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${agentAccessToken}` },
      body: JSON.stringify(command),
      within: commandMilliseconds,
    })
    return response.ok ? 'done' : 'refused'
  }

  const otherAgent = () => agents[(agents.indexOf(state.agent) + 1) % agents.length] ?? state.agent

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    play(scenario) {
      takes += 1
      void playTake(scenario, takes)
    },
    stop() {
      takes += 1
      void clearStage().then(() => update({ playing: 'ended', line: 'stopped' }))
    },
    otherAgent,
    playWithOtherAgent() {
      const { scenario } = state
      if (!scenario) return
      update({ agent: otherAgent() })
      takes += 1
      void playTake(scenario, takes)
    },
    leave() {
      const { call } = state
      if (call?.telephone.call === 'connected') void telephone.hangUp(call.callGuid)
    },
    press(key) {
      const { call } = state
      if (call?.telephone.call !== 'connected') return
      shownKey(key)
      void telephone.press(call.callGuid, key, 0)
    },
    hangUp() {
      if (state.call) void telephone.hangUp(state.call.callGuid)
    },
    cancel() {
      if (state.session && isOpen()) void program.cancels(state.session.sessionGuid).catch(() => {})
    },
    showView(frame) {
      const session = requireSession()
      const iframeUrl = new URL(new URL(session.iframeUrl).pathname, location.origin).href
      const view = openAgentView({
        session: { ...session, iframeUrl },
        frame,
        onState: ({ state: view }) => update({ told: { ...state.told, view } }),
        onResult: (result) => update({ told: { ...state.told, result } }),
      })
      return view.close
    },
  }
}

/** Another scenario has begun meanwhile. */
const overtaken = new Error('The scenario was stopped.')
const onAnotherCall = new Error('The agent is on another call.')

const outcomeOf = (status: SessionStatus | null): string | undefined =>
  status?.paymentResultData?.paymentOutcome

const ends: Readonly<Record<string, Line>> = {
  approved: 'end-approved',
  declined: 'end-declined',
  review: 'end-review',
  cancelled: 'end-cancelled',
  unknown: 'lost',
}

function endOf(status: SessionStatus | null): Line {
  if (status?.sessionState === 'TimeOut') return 'end-timeout'
  return ends[outcomeOf(status) ?? ''] ?? 'end-failed'
}
