import { type Bench, type Scenario, withServers } from '../bench.ts'
import { floorSessions, type Opened, openViews, readState } from '../live-sessions.ts'
import type { Secured } from '../load/secure-calls.ts'
import { type Dots, type PressPlan, startWatcher, type Watcher } from '../load/watching.ts'
import { median, type Plan } from '../measure.ts'
import {
  connectPhoneSystem,
  type PhoneCall,
  type PhoneSystem,
  type PhoneSystemKind,
  pressOn,
  reportCalls,
  sessionOn,
} from '../phone-calls.ts'
import type { LoopDelay } from '../probe.ts'
import { count, decimal, maxTarget, percent, type Section, type Target } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { startBeside } from '../start-beside.ts'
import { openSessionRequest, requestToken, startTonegate, type TonegateUnderTest } from '../tonegate.ts'

/** So many calls are measured first, and all of them in the end. */
const fewCalls = 10
const allCalls = 1_000
/** Calls that are secured before securing is measured, so that no code is new. */
const warmUpCalls = 500
const keysPerCaller = 2
const sessionsPerSecond = 100
const warmUpSessionsPerSecond = 200
const maxMilliseconds = 25
/** Three keys of each caller. */
const maxRoundMilliseconds = 1_500
const maxWarmUpMilliseconds = 1_000

/** How keys get to Tonegate, by the kind of the phone system. */
const ways: Readonly<Record<PhoneSystemKind, readonly Way[]>> = {
  http: [{ name: 'POST …/keys', held: 'by POST' }],
  rtpengine: [
    { name: 'rtpengine, its connection', held: 'by rtpengine’s connection' },
    { name: 'rtpengine, a datagram too', held: 'by rtpengine’s datagram', engineTells: 'by-datagram-too' },
  ],
}

interface Way extends Pick<PressPlan, 'engineTells'> {
  readonly name: string
  /** Its target speaks of it so; absent where there is none. */
  readonly held?: string
}

/** Where keys are pressed and dots are waited for. */
interface Screens {
  readonly way: Way
  readonly server: ServerProcess
  readonly watcher: Watcher
}

interface Round {
  readonly dots: Dots
  readonly loopDelay: LoopDelay
}

interface MeasuredScreens {
  readonly way: Way
  readonly calls: number
  readonly rounds: readonly Round[]
}

interface MeasuredKind {
  readonly screens: readonly MeasuredScreens[]
  readonly securing: readonly (readonly [string, Secured])[]
}

/** Sessions on the calls of phone systems: how soon a line is secured, and a key is on the agent's screen. */
export const calls: Scenario = async (bench) => {
  const posting = await measureKind(bench, 'http')
  const engine = await measureKind(bench, 'rtpengine')
  return [
    screensSection([...posting.screens, ...engine.screens]),
    securingSection([...posting.securing, ...engine.securing]),
  ]
}

interface Place {
  readonly tonegate: TonegateUnderTest
  readonly token: string
  readonly phoneSystem: PhoneSystem
  readonly watcher: Watcher
}

const measureKind = (bench: Bench, kind: PhoneSystemKind): Promise<MeasuredKind> =>
  withServers(async (keep) => {
    const data = bench.newFolder('calls')
    const tonegate = keep(await startTonegate({ data }))
    const [watcher, floorWatcher] = [startWatcher(), startWatcher()]
    try {
      const urls = await watcher.startPhoneSystems()
      const phoneSystem = await connectPhoneSystem(tonegate, { data, kind, urls })
      const place: Place = { tonegate, token: await requestToken(tonegate), phoneSystem, watcher }
      const agents = Array.from({ length: allCalls }, (_, index) => `agent-${index}`)
      const reported = await reportCalls(phoneSystem, agents)
      const ours = ways[kind].map((way): Screens => ({ way, server: tonegate.server, watcher }))
      const { streams } = await openSessions(place, reported.slice(0, fewCalls), warmUpSessionsPerSecond)
      const few = await measureScreens(bench, ours, fewCalls)
      await openSessions(place, reported.slice(fewCalls, warmUpCalls), warmUpSessionsPerSecond)
      const { secured } = await openSessions(place, reported.slice(warmUpCalls), sessionsPerSecond)
      if (kind === 'rtpengine') {
        const all = await measureScreens(bench, ours, allCalls)
        return { screens: [...few, ...all], securing: [['block DTMF', secured]] }
      }
      const state = await readState(tonegate.server.port, { stream: streams[0] ?? '' })
      const floor = keep(await startBeside('./floors/stream-floor.ts', () => ({ state })))
      await floorWatcher.open(floor.server.port, floorSessions(floor.origin, allCalls))
      const beside = { way: { name: floorName }, server: floor.server, watcher: floorWatcher }
      const all = await measureScreens(bench, [...ours, beside], allCalls)
      const securing = [
        ['none', await openWithoutCalls(place)],
        ['call.secure', secured],
      ] as const
      return { screens: [...few, ...all], securing }
    } finally {
      await Promise.all([watcher.stop(), floorWatcher.stop()])
    }
  })

const floorName = 'bare node:http (floor)'

/** Opens sessions on calls, and the agent view of each. */
async function openSessions(
  { tonegate, token, phoneSystem, watcher }: Place,
  of: readonly PhoneCall[],
  perSecond: number,
) {
  const { port } = tonegate.server
  const sessions = of.map((call) => sessionOn(tonegate, token, call))
  const secured = await watcher.secure({ port, perSecond, connections: securingConnections, sessions })
  const opened = secured.answers.map((answer): Opened => JSON.parse(answer))
  const streams = await openViews(port, opened)
  const pressOf = (index: number) => pressOn(phoneSystem, of[index] as PhoneCall)
  await watcher.open(
    port,
    streams.map((stream, index) => ({ stream, press: pressOf(index) })),
  )
  return { secured, streams }
}

const securingConnections = 32

/** As many sessions that no phone system is asked about, for comparison. */
function openWithoutCalls({ tonegate, token, watcher }: Place): Promise<Secured> {
  const request = openSessionRequest(tonegate.apiUrl, token)
  const sessions = Array.from({ length: allCalls - warmUpCalls }, () => ({ request }))
  const { port } = tonegate.server
  return watcher.secure({ port, perSecond: sessionsPerSecond, connections: securingConnections, sessions })
}

async function measureScreens(
  { plan }: Bench,
  places: readonly Screens[],
  calls: number,
): Promise<readonly MeasuredScreens[]> {
  const { rounds, connections, ...lasts } = shortened(plan)
  const press = async ({ way, server, watcher }: Screens, milliseconds: number): Promise<Round> => {
    const { engineTells } = way
    const pace = { perSecond: calls * keysPerCaller, milliseconds, connections }
    await server.watchLoop()
    const dots = await watcher.press({ port: server.port, ...pace, ...(engineTells && { engineTells }) })
    return { dots, loopDelay: await server.loopDelay() }
  }
  for (const place of places) await press(place, lasts.warmUpMilliseconds)
  const measured = places.map(({ way }) => ({ way, calls, rounds: [] as Round[] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, place] of places.entries()) {
      measured[index]?.rounds.push(await press(place, lasts.milliseconds))
    }
  }
  return measured
}

const shortened = (plan: Plan): Plan => ({
  ...plan,
  milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds),
  warmUpMilliseconds: Math.min(plan.warmUpMilliseconds, maxWarmUpMilliseconds),
})

function screensSection(measured: readonly MeasuredScreens[]): Section {
  const lost = measured.reduce((sum, { rounds }) => sum + lostIn(rounds), 0)
  return {
    title: 'From a phone system’s key to the agent’s screen',
    about: `Calls that a phone system has reported, a session on each, the event stream of each agent view open; every caller presses ${keysPerCaller} keys a second, one caller after the other. Milliseconds from the moment at which the phone system was due to send the key until its dot had arrived at the client that watches the session; medians of the rounds, and the longest. Rounds of at most 1.5 s.`,
    head: [
      'Keys by',
      'calls',
      'keys/s',
      'p50 ms',
      'p99 ms',
      'longest ms',
      'each p99',
      'lost',
      'event loop p99 ms',
      'server’s CPU',
      'client busy',
    ],
    rows: measured.map(screensRow),
    targets: [...measured.flatMap(targetsOf), maxTarget('Keys of phone systems, lost', lost, 0)],
  }
}

function targetsOf({ way, calls, rounds }: MeasuredScreens): readonly Target[] {
  if (calls !== allCalls || way.held === undefined) return []
  const p99 = median(rounds.map(({ dots }) => dots.p99))
  return [maxTarget(`Key to screen ${way.held}, ${count(calls)} calls, p99`, p99, maxMilliseconds, ' ms')]
}

const lostIn = (rounds: readonly Round[]): number => rounds.reduce((sum, { dots }) => sum + dots.lost, 0)

function screensRow({ way, calls, rounds }: MeasuredScreens): readonly string[] {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure))
  return [
    way.name,
    count(calls),
    count(calls * keysPerCaller),
    decimal(middle(({ dots }) => dots.p50)),
    decimal(middle(({ dots }) => dots.p99)),
    decimal(Math.max(...rounds.map(({ dots }) => dots.longest))),
    rounds.map(({ dots }) => decimal(dots.p99)).join(' '),
    count(lostIn(rounds)),
    decimal(middle(({ loopDelay }) => loopDelay.p99)),
    percent(middle(({ loopDelay }) => loopDelay.cores)),
    percent(Math.max(...rounds.map(({ dots }) => dots.watcherBusy))),
  ]
}

function securingSection(securing: MeasuredKind['securing']): Section {
  return {
    title: 'Securing a line',
    about: `\`POST /v1/session\` on ${count(allCalls - warmUpCalls)} calls, at a steady ${sessionsPerSecond} a second, each on a line that is secured for it, on a server with ${warmUpCalls} open sessions of its kind before. The phone system confirms at once. Milliseconds from the moment at which the request was due until its answer; and of that, from when the phone system had the command whole until the answer: confirming it, and what is left to do of the session. The first row has no call (\`skipCallTransfer\`) and no command.`,
    head: [
      'Command',
      'request p50 ms',
      'request p99 ms',
      'command to answer p50 ms',
      'command to answer p99 ms',
    ],
    rows: securing.map(([name, { opening, confirmed }]) => [
      name,
      decimal(opening.p50),
      decimal(opening.p99),
      confirmed ? decimal(confirmed.p50) : '',
      confirmed ? decimal(confirmed.p99) : '',
    ]),
    targets: [],
  }
}
