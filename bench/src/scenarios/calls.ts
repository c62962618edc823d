import { type Bench, type Scenario, withServers } from '../bench.ts'
import { floorSessions, readState } from '../live-sessions.ts'
import type { Secured } from '../load/secure-calls.ts'
import { startWatcher } from '../load/watching.ts'
import { connectPhoneSystem, type PhoneSystemKind, reportCalls } from '../phone-calls.ts'
import {
  type CallsPlace,
  dotsP99,
  keysPerCaller,
  lostIn,
  type MeasuredScreens,
  measureScreens,
  openSessions,
  type Screens,
  screensHead,
  screensRow,
  securingConnections,
  type Way,
} from '../pressed-calls.ts'
import { count, decimal, maxTarget, type Section, type Target } from '../report.ts'
import { startBeside } from '../start-beside.ts'
import { openSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

/** So many calls are measured first, and all of them in the end. */
const fewCalls = 10
const allCalls = 1_000
/** Calls that are secured before securing is measured, so that no code is new. */
const warmUpCalls = 500
const sessionsPerSecond = 100
const warmUpSessionsPerSecond = 200
const maxMilliseconds = 25

/** How keys get to Tonegate, by the kind of the phone system. */
const ways: Readonly<Record<PhoneSystemKind, readonly Way[]>> = {
  http: [{ name: 'POST …/keys', held: 'by POST' }],
  rtpengine: [
    { name: 'rtpengine, its connection', held: 'by rtpengine’s connection' },
    { name: 'rtpengine, a datagram too', held: 'by rtpengine’s datagram', engineTells: 'by-datagram-too' },
  ],
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

const measureKind = (bench: Bench, kind: PhoneSystemKind): Promise<MeasuredKind> =>
  withServers(async (keep) => {
    const data = bench.newFolder('calls')
    const tonegate = keep(await startTonegate({ data }))
    const [watcher, floorWatcher] = [startWatcher(), startWatcher()]
    try {
      const urls = await watcher.startPhoneSystems()
      const phoneSystem = await connectPhoneSystem(tonegate, { data, kind, urls })
      const place: CallsPlace = { tonegate, token: await requestToken(tonegate), phoneSystem, watcher }
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

/** As many sessions that no phone system is asked about, for comparison. */
function openWithoutCalls({ tonegate, token, watcher }: CallsPlace): Promise<Secured> {
  const request = openSessionRequest(tonegate.apiUrl, token)
  const sessions = Array.from({ length: allCalls - warmUpCalls }, () => ({ request }))
  const { port } = tonegate.server
  return watcher.secure({ port, perSecond: sessionsPerSecond, connections: securingConnections, sessions })
}

function screensSection(measured: readonly MeasuredScreens[]): Section {
  const lost = measured.reduce((sum, { rounds }) => sum + lostIn(rounds), 0)
  return {
    title: 'From a phone system’s key to the agent’s screen',
    about: `Calls that a phone system has reported, a session on each, the event stream of each agent view open; every caller presses ${keysPerCaller} keys a second, one caller after the other. Milliseconds from the moment at which the phone system was due to send the key until its dot had arrived at the client that watches the session; medians of the rounds, and the longest. Rounds of at most 1.5 s.`,
    head: screensHead,
    rows: measured.map(screensRow),
    targets: [...measured.flatMap(targetsOf), maxTarget('Keys of phone systems, lost', lost, 0)],
  }
}

function targetsOf(measured: MeasuredScreens): readonly Target[] {
  const { way, calls } = measured
  if (calls !== allCalls || way.held === undefined) return []
  const p99 = dotsP99(measured)
  return [maxTarget(`Key to screen ${way.held}, ${count(calls)} calls, p99`, p99, maxMilliseconds, ' ms')]
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
