import { type Bench, type Scenario, withServers } from '../bench.ts'
import { floorSessions, openLiveSessions, readState } from '../live-sessions.ts'
import { type Dots, startWatcher, type Watched, type Watcher } from '../load/watching.ts'
import { median } from '../measure.ts'
import type { LoopDelay } from '../probe.ts'
import { count, decimal, maxTarget, percent, type Section, type Target } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { startBeside } from '../start-beside.ts'
import { requestToken, startTonegate } from '../tonegate.ts'

/** How many sessions are watched, and how many keys a second are pressed in all of them together. */
const sizes = [
  { sessions: 10, perSecond: 20 },
  { sessions: 1_000, perSecond: 200 },
  { sessions: 5_000, perSecond: 1_000 },
] as const

const held = { sessions: 1_000, maxMilliseconds: 25 } as const

type Size = (typeof sizes)[number]

/** From a key of the caller's telephone to the agent's screen, beside bare event streams. */
export const digits: Scenario = async (bench) => {
  const measured = []
  for (const size of sizes) measured.push({ size, places: await measureSize(bench, size) })
  return [section(measured)]
}

interface Place {
  readonly name: string
  readonly server: ServerProcess
  readonly watcher: Watcher
}

interface Round {
  readonly dots: Dots
  readonly loopDelay: LoopDelay
}

interface MeasuredPlace {
  readonly name: string
  readonly rounds: readonly Round[]
}

const measureSize = (bench: Bench, { sessions, perSecond }: Size): Promise<readonly MeasuredPlace[]> =>
  withServers(async (keep) => {
    const { plan, newFolder } = bench
    const tonegate = keep(await startTonegate({ data: newFolder('digits') }))
    const live = await openLiveSessions(tonegate, await requestToken(tonegate), sessions)
    const [first] = live
    if (!first) throw new Error('No session was opened.')
    const state = await readState(tonegate.server.port, first)
    const floor = keep(await startBeside('./floors/stream-floor.ts', () => ({ state })))
    const places: Place[] = []
    const watch = async (name: string, server: ServerProcess, watched: readonly Watched[]) => {
      const watcher = startWatcher()
      places.push({ name, server, watcher })
      await watcher.open(server.port, watched)
    }
    try {
      await watch('Tonegate', tonegate.server, live)
      await watch('bare node:http (floor)', floor.server, floorSessions(floor.origin, sessions))
      const press = async ({ server, watcher }: Place, milliseconds: number): Promise<Round> => {
        await server.watchLoop()
        const { port } = server
        const dots = await watcher.press({ port, perSecond, milliseconds, connections: plan.connections })
        if (dots.lost > 0) throw new Error(`${dots.lost} dots did not come.`)
        return { dots, loopDelay: await server.loopDelay() }
      }
      for (const place of places) await press(place, plan.warmUpMilliseconds)
      const rounds = places.map((): Round[] => [])
      for (let round = 0; round < plan.rounds; round += 1) {
        for (const [index, place] of places.entries()) {
          rounds[index]?.push(await press(place, plan.milliseconds))
        }
      }
      return places.map(({ name }, index) => ({ name, rounds: rounds[index] ?? [] }))
    } finally {
      await Promise.all(places.map(({ watcher }) => watcher.stop()))
    }
  })

function section(
  measured: readonly { readonly size: Size; readonly places: readonly MeasuredPlace[] }[],
): Section {
  return {
    title: 'From a key to the agent’s screen',
    about:
      'Live sessions on calls, the event stream of each agent view open, keys pressed at a steady pace in one session after the other. Milliseconds from the moment at which a key was due to be pressed until its dot had arrived at the client that watches the session; medians of the rounds, and the longest.',
    head: [
      'Server',
      'sessions',
      'keys/s',
      'p50 ms',
      'p99 ms',
      'longest ms',
      'each p99',
      'event loop p99 ms',
      'client’s loop p99 ms',
      'client busy',
    ],
    rows: measured.flatMap(({ size, places }) => places.map((place) => row(size, place))),
    targets: measured.flatMap(({ size, places }) => targetsOf(size, places)),
  }
}

function row({ sessions, perSecond }: Size, { name, rounds }: MeasuredPlace): readonly string[] {
  const middle = (figure: (round: Round) => number) => decimal(median(rounds.map(figure)))
  return [
    name,
    count(sessions),
    count(perSecond),
    middle(({ dots }) => dots.p50),
    middle(({ dots }) => dots.p99),
    decimal(Math.max(...rounds.map(({ dots }) => dots.longest))),
    rounds.map(({ dots }) => decimal(dots.p99)).join(' '),
    middle(({ loopDelay }) => loopDelay.p99),
    middle(({ dots }) => dots.watcherLoopP99),
    percent(Math.max(...rounds.map(({ dots }) => dots.watcherBusy))),
  ]
}

function targetsOf({ sessions }: Size, [ours]: readonly MeasuredPlace[]): readonly Target[] {
  if (sessions !== held.sessions || !ours) return []
  const p99 = median(ours.rounds.map(({ dots }) => dots.p99))
  return [maxTarget(`Key to screen at ${count(sessions)} sessions, p99`, p99, held.maxMilliseconds, ' ms')]
}
