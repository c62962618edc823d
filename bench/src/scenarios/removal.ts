import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Bench, type Scenario, withServers } from '../bench.ts'
import type { LoadResult } from '../load/load.ts'
import { median } from '../measure.ts'
import type { LoopDelay } from '../probe.ts'
import { count, decimal, maxTarget } from '../report.ts'
import type { ServerProcess } from '../server-process.ts'
import { resultsLeft, storeEndedSessions } from '../stored-sessions.ts'
import { readSessionRequest, requestToken, startTonegate } from '../tonegate.ts'

const dueResults = 100_000
const getsPerSecond = 1_000
const sample = 20_000
const maxTimesQuiet = 2

/** A server sweeps when it starts, and each half minute from then on: the second time finds what is due. */
const sweepMilliseconds = 30_000
const patienceMilliseconds = 120_000
const lookEveryMilliseconds = 50

interface Seen {
  readonly result: LoadResult
  readonly loopDelay: LoopDelay
}

interface Round {
  readonly quiet: Seen
  readonly busy: Seen
  /** Results that went while GETs were measured. */
  readonly removedMeanwhile: number
  /** From the first result that went to the last. */
  readonly removalSeconds: number
}

/** Reading sessions while results whose time is up are removed, beside reading them while nothing is. */
export const removal: Scenario = async (bench) => {
  const rounds: Round[] = []
  while (rounds.length < bench.plan.rounds) rounds.push(await measureRound(bench))
  return [section(rounds)]
}

const measureRound = (bench: Bench): Promise<Round> =>
  withServers(async (keep) => {
    const { plan, newFolder } = bench
    const data = newFolder('removal')
    const file = join(data, 'nam.db')
    await withServers(async (keepEmpty) => keepEmpty(await startTonegate({ data })))
    const removalAt = Date.now() + sweepMilliseconds
    storeEndedSessions(file, dueResults, 0, removalAt)
    const guids = storeEndedSessions(file, sample, sample)
    const tonegate = keep(await startTonegate({ data }))
    const token = await requestToken(tonegate)
    const requests = guids.map((guid) => readSessionRequest(tonegate.apiUrl, token, guid))
    const read = (milliseconds: number) => measureGets(bench, tonegate.server, requests, milliseconds)

    await read(plan.warmUpMilliseconds)
    const quiet = await read(plan.milliseconds)
    if (resultsLeft(file) < dueResults) throw new Error('Results were removed too early.')
    await untilLeft(file, dueResults - 1)
    const begun = Date.now()
    const allGone = untilLeft(file, 0).then(() => (Date.now() - begun) / 1000)
    const busy = await read(plan.milliseconds)
    const removedMeanwhile = dueResults - resultsLeft(file)
    return { quiet, busy, removedMeanwhile, removalSeconds: await allGone }
  })

/** At a steady pace, far from filling the server, so that a delay is the server's and not the queue's. */
async function measureGets(
  { generator, plan }: Bench,
  server: ServerProcess,
  requests: readonly string[],
  milliseconds: number,
): Promise<Seen> {
  await server.watchLoop()
  const { connections } = plan
  const { port } = server
  const until = { milliseconds }
  const result = await generator.run({ port, requests, connections, until, perSecond: getsPerSecond })
  return { result, loopDelay: await server.loopDelay() }
}

async function untilLeft(file: string, most: number): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds
  while (resultsLeft(file) > most) {
    if (Date.now() > deadline) throw new Error('Results were not removed in time.')
    await pause(lookEveryMilliseconds)
  }
}

const p99Ratio = ({ quiet, busy }: Round): number => busy.result.p99 / quiet.result.p99

function section(rounds: readonly Round[]) {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure))
  const row = (name: string, of: (round: Round) => Seen) => [
    name,
    decimal(middle((round) => of(round).result.p50)),
    decimal(middle((round) => of(round).result.p99)),
    rounds.map((round) => decimal(of(round).result.p99)).join(' '),
    decimal(middle((round) => of(round).loopDelay.p99)),
    decimal(middle((round) => of(round).loopDelay.cores)),
  ]
  return {
    title: 'GET while results are removed',
    about: `\`GET /v1/session/{sessionGuid}\` at a steady ${count(getsPerSecond)} a second, ${count(sample)} sessions in turn that ended before, before and while the results of ${count(dueResults)} sessions, and what a webhook said of each, are removed, since their time is up at once. Delays in milliseconds from the moment at which a request was due; medians of the rounds, each on a new server. ${count(middle(({ removedMeanwhile }) => removedMeanwhile))} were removed while GETs were measured, all of them after ${decimal(middle(({ removalSeconds }) => removalSeconds))} s. p99 in each round, times quiet: ${rounds.map((round) => decimal(p99Ratio(round))).join(' ')}.`,
    head: ['GET', 'p50 ms', 'p99 ms', 'each p99', 'event loop p99 ms', 'cores'],
    rows: [row('quiet', ({ quiet }) => quiet), row('while results are removed', ({ busy }) => busy)],
    targets: [
      maxTarget(
        `GET p99 while ${count(dueResults)} results are removed, times quiet`,
        middle(p99Ratio),
        maxTimesQuiet,
      ),
    ],
  }
}
