import type { Engine } from './engine.ts'
import { isGone, NgFault } from './ng/ng-fault.ts'

/** The engine that is believed to have a call is asked for so long, before the others are. */
const rememberedMilliseconds = 500

/** Which of a platform's engines has a call. */
export interface Engines {
  /**
   * Asks each, unless there is one alone.
   *
   * @param remembered which had it before.
   * @throws {NgFault} `unknown-call`, or `unreachable` when one that did not answer may have it.
   */
  find(callId: string, remembered: Engine | undefined): Promise<Engine>
}

export function createEngines(engines: readonly Engine[]): Engines {
  return {
    async find(callId, remembered) {
      const [only, ...others] = engines
      if (only && others.length === 0) return only
      if (remembered && (await has(remembered, callId, rememberedMilliseconds))) return remembered
      try {
        return await Promise.any(engines.map((engine) => ask(engine, callId)))
      } catch (fault) {
        const faults: readonly unknown[] = fault instanceof AggregateError ? fault.errors : [fault]
        throw faults.find((each) => !isGone(each)) ?? new NgFault('unknown-call')
      }
    },
  }
}

async function ask(engine: Engine, callId: string, milliseconds?: number): Promise<Engine> {
  await engine.ask({ command: 'query', 'call-id': callId }, milliseconds)
  return engine
}

const has = (engine: Engine, callId: string, milliseconds: number): Promise<boolean> =>
  ask(engine, callId, milliseconds).then(
    () => true,
    () => false,
  )
