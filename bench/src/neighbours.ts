import type { Bench } from './bench.ts'
import { type LoadResult, wireRequest } from './load/load.ts'
import { paceClock } from './load/pace.ts'
import { createWireSender } from './load/wire-sender.ts'
import { median } from './measure.ts'
import { count, decimal, maxTarget, type Section } from './report.ts'
import type { ServerProcess } from './server-process.ts'
import { type SteadyResult, startSteadyRequests } from './steady-requests.ts'
import { type ClientCredentials, tokenRequest } from './tonegate.ts'

const signInsPerSecond = 50
const tokensPerSecond = 1000
const maxTimesQuiet = 2

/** A server at which one asks for tokens while people sign in. */
export interface Place {
  readonly name: string
  readonly server: ServerProcess
  readonly url: string
  readonly tokenClient: ClientCredentials
  /** A sign-in as it goes over the wire. */
  readonly signIn: string
}

interface NeighbourRound {
  readonly quiet: LoadResult
  readonly busy: LoadResult
  readonly signIns: SteadyResult
}

/**
 * What sign-ins do to the other clients of the token endpoint. The loop is open and far from filling the server,
 * so that a delay is the server's and not the queue's.
 */
export async function measureNeighbours(bench: Bench, places: readonly Place[]): Promise<Section> {
  for (const place of places) await loadBusily(bench, place, bench.plan.warmUpMilliseconds)
  const rounds = places.map((): NeighbourRound[] => [])
  for (let round = 0; round < bench.plan.rounds; round += 1) {
    for (const [index, place] of places.entries()) rounds[index]?.push(await neighbourRound(bench, place))
  }
  const [ours = []] = rounds
  return {
    title: 'Tokens while people sign in',
    about: `Client credentials at a steady ${count(tokensPerSecond)} a second, without sign-ins and with ${signInsPerSecond} sign-ins a second beside them. Delays in milliseconds from the moment at which a request was due; medians of the rounds.`,
    head: [
      'Server',
      'p50 quiet',
      'p99 quiet',
      'p50 busy',
      'p99 busy',
      'p99 busy / quiet',
      'sign-ins/s',
      'refused',
    ],
    rows: places.map(({ name }, index) => neighbourRow(name, rounds[index] ?? [])),
    targets: [
      maxTarget(
        `Token p99 during ${signInsPerSecond} sign-ins/s, times quiet`,
        p99Ratio(ours),
        maxTimesQuiet,
      ),
    ],
  }
}

async function neighbourRound(bench: Bench, place: Place): Promise<NeighbourRound> {
  const quiet = await loadTokens(bench, place, bench.plan.milliseconds)
  return { quiet, ...(await loadBusily(bench, place, bench.plan.milliseconds)) }
}

/** The sign-ins cost this process next to nothing: what it did beside them would delay server and generator. */
async function loadBusily(
  bench: Bench,
  place: Place,
  milliseconds: number,
): Promise<Pick<NeighbourRound, 'busy' | 'signIns'>> {
  const sender = createWireSender({ port: place.server.port, request: place.signIn })
  const steady = startSteadyRequests(sender.send, signInsPerSecond, paceClock)
  const [busy] = await Promise.allSettled([loadTokens(bench, place, milliseconds)])
  const signIns = await steady.stop()
  sender.close()
  if (busy.status === 'rejected') throw busy.reason
  return { busy: busy.value, signIns }
}

const loadTokens = (
  { generator, plan }: Bench,
  { server, url, tokenClient }: Place,
  milliseconds: number,
): Promise<LoadResult> =>
  generator.run({
    port: server.port,
    requests: [wireRequest({ url, ...tokenRequest(tokenClient) })],
    connections: plan.connections,
    until: { milliseconds },
    perSecond: tokensPerSecond,
  })

const p99Ratio = (rounds: readonly NeighbourRound[]): number =>
  median(rounds.map(({ quiet, busy }) => busy.p99 / quiet.p99))

function neighbourRow(name: string, rounds: readonly NeighbourRound[]): readonly string[] {
  const middle = (figure: (round: NeighbourRound) => number) => decimal(median(rounds.map(figure)))
  const signedIn = median(rounds.map(({ signIns }) => (signIns.accepted * 1000) / signIns.milliseconds))
  const refused = rounds.flatMap(({ signIns }) => [...signIns.refused.values()])
  return [
    name,
    middle(({ quiet }) => quiet.p50),
    middle(({ quiet }) => quiet.p99),
    middle(({ busy }) => busy.p50),
    middle(({ busy }) => busy.p99),
    decimal(p99Ratio(rounds)),
    decimal(signedIn),
    count(refused.reduce((sum, each) => sum + each, 0)),
  ]
}
