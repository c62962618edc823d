import type { Bench } from './bench.ts'
import { type Opened, openViews } from './live-sessions.ts'
import type { Secured } from './load/secure-calls.ts'
import type { Dots, PressPlan, Watcher } from './load/watching.ts'
import { median, type Plan } from './measure.ts'
import { type PhoneCall, type PhoneSystem, pressOn, sessionOn } from './phone-calls.ts'
import type { LoopDelay } from './probe.ts'
import { count, decimal, percent } from './report.ts'
import type { ServerProcess } from './server-process.ts'
import type { TonegateUnderTest } from './tonegate.ts'

export const keysPerCaller = 2
/** Three keys of each caller. */
const maxRoundMilliseconds = 1_500
const maxWarmUpMilliseconds = 1_000

/** How keys get to Tonegate. */
export interface Way extends Pick<PressPlan, 'engineTells'> {
  readonly name: string
  /** Its target speaks of it so; absent where there is none. */
  readonly held?: string
}

/** Where keys are pressed and dots are waited for. */
export interface Screens {
  readonly way: Way
  readonly server: ServerProcess
  readonly watcher: Watcher
}

interface Round {
  readonly dots: Dots
  readonly loopDelay: LoopDelay
}

export interface MeasuredScreens {
  readonly way: Way
  readonly calls: number
  readonly rounds: readonly Round[]
}

/** Where sessions are opened on the calls of a phone system. */
export interface CallsPlace {
  readonly tonegate: TonegateUnderTest
  readonly token: string
  readonly phoneSystem: PhoneSystem
  readonly watcher: Watcher
  /** Where the agent views are opened, and keys come in, unless that is the same server. */
  readonly through?: Pick<TonegateUnderTest, 'origin' | 'server'>
}

export const securingConnections = 32

/** Opens sessions on calls, and the agent view of each. */
export async function openSessions(
  { tonegate, token, phoneSystem, watcher, through = tonegate }: CallsPlace,
  of: readonly PhoneCall[],
  perSecond: number,
): Promise<{ readonly secured: Secured; readonly streams: readonly string[] }> {
  const { port } = tonegate.server
  const sessions = of.map((call) => sessionOn(tonegate, token, call))
  const secured = await watcher.secure({ port, perSecond, connections: securingConnections, sessions })
  const opened = secured.answers.map((answer): Opened => JSON.parse(answer))
  const streams = await openViews(through.server.port, opened)
  const callsUrl = phoneSystem.callsUrl.replace(tonegate.origin, through.origin)
  const pressOf = (index: number) => pressOn({ ...phoneSystem, callsUrl }, of[index] as PhoneCall)
  await watcher.open(
    through.server.port,
    streams.map((stream, index) => ({ stream, press: pressOf(index) })),
  )
  return { secured, streams }
}

/** Presses keys on so many calls, at one place after the other in each round. */
export async function measureScreens(
  { plan }: Pick<Bench, 'plan'>,
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

/** The columns of {@link screensRow}. */
export const screensHead: readonly string[] = [
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
]

export function screensRow({ way, calls, rounds }: MeasuredScreens): readonly string[] {
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

/** The median of the rounds. */
export const dotsP99 = ({ rounds }: Pick<MeasuredScreens, 'rounds'>): number =>
  median(rounds.map(({ dots }) => dots.p99))

export const lostIn = (rounds: readonly Round[]): number =>
  rounds.reduce((sum, { dots }) => sum + dots.lost, 0)
