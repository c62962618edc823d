import { type Bench, type Scenario, withServers } from '../bench.ts'
import { type Opened, openViews } from '../live-sessions.ts'
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
import { count, decimal, maxTarget, percent, type Section } from '../report.ts'
import { openSessionRequest, requestToken, startTonegate, type TonegateUnderTest } from '../tonegate.ts'

/** So many calls are measured first, and all of them in the end. */
const fewCalls = 10
const allCalls = 1_000
/** Calls that are secured before securing is measured, so that no code is new. */
const warmUpCalls = 100
const keysPerCaller = 2
const sessionsPerSecond = 200
const maxMilliseconds = 25
/** Three keys of each caller. */
const maxRoundMilliseconds = 1_500
const maxWarmUpMilliseconds = 1_000

/** How keys get to Tonegate, by the kind of the phone system. */
const ways: Readonly<Record<PhoneSystemKind, readonly Way[]>> = {
  http: [{ name: 'POST …/keys', short: 'by POST' }],
  rtpengine: [
    { name: 'rtpengine, its connection', short: 'by rtpengine’s connection' },
    { name: 'rtpengine, a datagram too', short: 'by rtpengine’s datagram', engineTells: 'by-datagram-too' },
  ],
}

interface Way extends Pick<PressPlan, 'engineTells'> {
  readonly name: string
  readonly short: string
}

interface Round {
  readonly dots: Dots
  readonly loopDelay: LoopDelay
}

interface Screens {
  readonly way: Way
  readonly calls: number
  readonly rounds: readonly Round[]
}

interface MeasuredKind {
  readonly screens: readonly Screens[]
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
    const watcher = startWatcher()
    try {
      const urls = await watcher.startPhoneSystems()
      const phoneSystem = await connectPhoneSystem(tonegate, { data, kind, urls })
      const place: Place = { tonegate, token: await requestToken(tonegate), phoneSystem, watcher }
      const agents = Array.from({ length: allCalls }, (_, index) => `agent-${index}`)
      const reported = await reportCalls(phoneSystem, agents)
      await openSessions(place, reported.slice(0, fewCalls))
      const few = await measureScreens(bench, place, fewCalls)
      await openSessions(place, reported.slice(fewCalls, warmUpCalls))
      const secured = await openSessions(place, reported.slice(warmUpCalls))
      const all = await measureScreens(bench, place, allCalls)
      const named = [[kind === 'http' ? 'call.secure' : 'block DTMF', secured]] as const
      const securing = kind === 'http' ? [['none', await openWithoutCalls(place)] as const, ...named] : named
      return { screens: [...few, ...all], securing }
    } finally {
      await watcher.stop()
    }
  })

/** Opens sessions on calls, and the agent view of each. */
async function openSessions(
  { tonegate, token, phoneSystem, watcher }: Place,
  of: readonly PhoneCall[],
): Promise<Secured> {
  const { port } = tonegate.server
  const sessions = of.map((call) => sessionOn(tonegate, token, call))
  const secured = await watcher.secure({ ...securingPace, port, sessions })
  const opened = secured.answers.map((answer): Opened => JSON.parse(answer))
  const streams = await openViews(port, opened)
  const watched = of.map((call, index) => ({
    stream: streams[index] ?? '',
    press: pressOn(phoneSystem, call),
  }))
  await watcher.open(port, watched)
  return secured
}

const securingPace = { perSecond: sessionsPerSecond, connections: 32 } as const

/** As many sessions that no phone system is asked about, for comparison. */
function openWithoutCalls({ tonegate, token, watcher }: Place): Promise<Secured> {
  const request = openSessionRequest(tonegate.apiUrl, token)
  const sessions = Array.from({ length: allCalls - warmUpCalls }, () => ({ request }))
  return watcher.secure({ ...securingPace, port: tonegate.server.port, sessions })
}

async function measureScreens(
  { plan }: Bench,
  { tonegate: { server }, phoneSystem: { kind }, watcher }: Place,
  number: number,
): Promise<readonly Screens[]> {
  const { rounds, connections, ...lasts } = shortened(plan)
  const press = async ({ engineTells }: Way, milliseconds: number): Promise<Round> => {
    const pace = { perSecond: number * keysPerCaller, milliseconds, connections }
    await server.watchLoop()
    const dots = await watcher.press({ port: server.port, ...pace, ...(engineTells && { engineTells }) })
    return { dots, loopDelay: await server.loopDelay() }
  }
  const measured: Screens[] = []
  for (const way of ways[kind]) {
    await press(way, lasts.warmUpMilliseconds)
    const all: Round[] = []
    for (let round = 0; round < rounds; round += 1) all.push(await press(way, lasts.milliseconds))
    measured.push({ way, calls: number, rounds: all })
  }
  return measured
}

const shortened = (plan: Plan): Plan => ({
  ...plan,
  milliseconds: Math.min(plan.milliseconds, maxRoundMilliseconds),
  warmUpMilliseconds: Math.min(plan.warmUpMilliseconds, maxWarmUpMilliseconds),
})

function screensSection(measured: readonly Screens[]): Section {
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
    targets: [
      ...measured
        .filter((each) => each.calls === allCalls)
        .map(({ way, rounds }) =>
          maxTarget(
            `Key to screen ${way.short}, ${count(allCalls)} calls, p99`,
            median(rounds.map(({ dots }) => dots.p99)),
            maxMilliseconds,
            ' ms',
          ),
        ),
      maxTarget('Keys of phone systems that were lost', lost, 0),
    ],
  }
}

const lostIn = (rounds: readonly Round[]): number => rounds.reduce((sum, { dots }) => sum + dots.lost, 0)

function screensRow({ way, calls: number, rounds }: Screens): readonly string[] {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure))
  return [
    way.name,
    count(number),
    count(number * keysPerCaller),
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
    about: `\`POST /v1/session\` on ${count(allCalls - warmUpCalls)} calls, at a steady ${sessionsPerSecond} a second, each on a line that is secured for it, on a server with ${warmUpCalls} open sessions before. The phone system confirms at once. Milliseconds from the moment at which the request was due until its answer; and of that, from when the phone system had the command whole until the answer: confirming it, and what is left to do of the session. The first row has no call (\`skipCallTransfer\`) and no command.`,
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
