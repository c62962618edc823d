import type { Generator } from './load/generator.ts'
import { type LoadResult, perSecond, type Requests } from './load/load.ts'
import type { LoopDelay } from './probe.ts'
import type { ServerProcess } from './server-process.ts'

/** How long and how often everything is measured. */
export interface Plan {
  readonly connections: number
  readonly rounds: number
  readonly milliseconds: number
  readonly warmUpMilliseconds: number
}

/** One of the servers that are measured side by side. */
export interface Contender {
  readonly name: string
  readonly server: ServerProcess
  /** Others that take the requests in turn with it: each as many connections. */
  readonly besides?: readonly ServerProcess[]
  /** The same ones in every round, or how new ones are made before each. */
  readonly requests: Requests | (() => Promise<Requests>)
  /** Each request is sent once, however long that takes; otherwise a round lasts as long as the plan says. */
  readonly eachOnce?: true
}

/** What came of a contender's rounds. */
export interface Measured {
  readonly name: string
  /** Answers a second in each round, and in the middle one. */
  readonly rounds: readonly number[]
  readonly perSecond: number
  /** Milliseconds; medians of the rounds. */
  readonly p50: number
  readonly p99: number
  /** The most that the generator was busy, 0 to 1. */
  readonly generatorBusy: number
  /** The event loop of the server in each round. */
  readonly loopDelays: readonly LoopDelay[]
}

/**
 * Measures servers side by side: each is warmed up, then they take turns (A, B, C, A, B, C …) so that a machine
 * that grows slower or faster meanwhile does so for all of them.
 *
 * @throws {Error} when a single answer is not 200.
 */
export async function measure(
  generator: Generator,
  plan: Plan,
  contenders: readonly Contender[],
): Promise<readonly Measured[]> {
  for (const contender of contenders) await load(generator, plan, contender, plan.warmUpMilliseconds)
  const rounds = contenders.map((): Round[] => [])
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      rounds[index]?.push(await measureRound(generator, plan, contender))
    }
  }
  return contenders.map(({ name }, index) => summarise(name, rounds[index] ?? []))
}

/** What one round of one server showed. */
export interface Round {
  readonly result: LoadResult
  readonly loopDelay: LoopDelay
}

/** One round: the load of the plan, with an eye on the server's event loop. */
export async function measureRound(generator: Generator, plan: Plan, contender: Contender): Promise<Round> {
  await contender.server.watchLoop()
  const result = await load(generator, plan, contender, plan.milliseconds)
  return { result, loopDelay: await contender.server.loopDelay() }
}

/** Loads a server without looking at it. */
export async function load(
  generator: Generator,
  { connections }: Plan,
  { name, server: { port }, besides = [], requests: known, eachOnce }: Contender,
  milliseconds: number,
): Promise<LoadResult> {
  try {
    const requests = typeof known === 'function' ? await known() : known
    const until = eachOnce ? { answers: requests.length } : { milliseconds }
    const morePorts = besides.map((server) => server.port)
    return await generator.run({ port, morePorts, requests, connections, until })
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

export function summarise(name: string, rounds: readonly Round[]): Measured {
  const results = rounds.map(({ result }) => result)
  return {
    name,
    rounds: results.map(perSecond),
    perSecond: median(results.map(perSecond)),
    p50: median(results.map(({ p50 }) => p50)),
    p99: median(results.map(({ p99 }) => p99)),
    generatorBusy: Math.max(...results.map(({ busy }) => busy)),
    loopDelays: rounds.map(({ loopDelay }) => loopDelay),
  }
}

/**
 * How many times another's throughput: the median of the rounds' ratios, since what disturbs the machine in one
 * round disturbs both.
 */
export function ratio(measured: Measured, other: Measured): number {
  return median(ratios(measured, other))
}

/** The same of each round. */
export const ratios = (measured: Measured, other: Measured): readonly number[] =>
  measured.rounds.map((each, round) => each / (other.rounds[round] ?? Number.NaN))

/** The middle one; of an even number, the higher of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
