import type { Engine } from './engine.ts'
import type { NgAnswer } from './ng/ng-command.ts'
import { isGone, NgFault } from './ng/ng-fault.ts'

/** So long an engine is asked about a call while another may have it. */
const askedMilliseconds = 500
/** One that is lost hardly answers: whoever waits for the call tries again sooner. */
const askedWhenLostMilliseconds = 100

/** Which of a platform's engines has a call. */
export interface Engines {
  /**
   * The engine that is believed to have a call, where it does; else as {@link Engines.latest}.
   *
   * @throws {NgFault} `unknown-call`, or `unreachable` when one that did not answer may have it.
   */
  find(callId: string, believed: Engine | undefined): Promise<Engine>
  /**
   * Asks each, unless there is one alone. Of several that know the call it is the one that heard of it last: one that its
   * media has left knows it for some time yet.
   *
   * @param believed which it is where they heard of it at the same time.
   * @throws {NgFault} as {@link Engines.find}.
   */
  latest(callId: string, believed: Engine | undefined): Promise<Engine>
}

export function createEngines(engines: readonly Engine[]): Engines {
  async function latest(callId: string, believed: Engine | undefined): Promise<Engine> {
    const [only, ...others] = engines
    if (only && others.length === 0) return only
    const asked = engines.map((engine) => ({ isLost: isLost(engine), heard: ask(engine, callId) }))
    const working = asked.filter(({ isLost }) => !isLost)
    for (const some of [working, asked]) {
      const outcomes = await Promise.all(some.map(({ heard }) => heard))
      const found = outcomes.filter((outcome): outcome is Heard => !(outcome instanceof NgFault))
      const [last] = found.toSorted(
        (one, other) => compareTimes(other, one) || compareBelief(believed, { one, other }),
      )
      if (last) return last.engine
    }
    const faults = (await Promise.all(asked.map(({ heard }) => heard))).filter(
      (each) => each instanceof NgFault,
    )
    throw faults.find((each) => !isGone(each)) ?? new NgFault('unknown-call')
  }

  return {
    latest,
    async find(callId, believed) {
      const isThere = believed && engines.length > 1 && !((await ask(believed, callId)) instanceof NgFault)
      return isThere ? believed : latest(callId, believed)
    },
  }
}

const isLost = (engine: Engine): boolean => engine.health().state === 'lost'

/** An engine that knows a call, and since when. */
interface Heard {
  readonly engine: Engine
  /** When it heard of the call last, and first; by its own clock, in seconds. */
  readonly times: readonly [number, number]
}

async function ask(engine: Engine, callId: string): Promise<Heard | NgFault> {
  const milliseconds = isLost(engine) ? askedWhenLostMilliseconds : askedMilliseconds
  try {
    const answer = await engine.ask({ command: 'query', 'call-id': callId }, milliseconds)
    return { engine, times: [numberIn(answer, 'last signal'), createdIn(answer)] }
  } catch (fault) {
    return fault instanceof NgFault ? fault : new NgFault('unreachable')
  }
}

const numberIn = (answer: NgAnswer, name: string): number =>
  typeof answer[name] === 'number' ? answer[name] : 0

const createdIn = (answer: NgAnswer): number =>
  numberIn(answer, 'created') + numberIn(answer, 'created_us') / 1_000_000

const compareTimes = ({ times: [one, first] }: Heard, { times: [other, second] }: Heard): number =>
  one - other || first - second

const compareBelief = (
  believed: Engine | undefined,
  { one, other }: { readonly one: Heard; readonly other: Heard },
): number => Number(other.engine === believed) - Number(one.engine === believed)
