import type { Parts } from '../../base/parts.ts'
import { NgFault } from './ng/ng-fault.ts'

/** Whether an engine's keys are heard. */
export interface EngineHealth {
  /** Its address and port. */
  readonly engine: string
  readonly state: 'works' | 'lost'
  /** Why it is lost; null while it works. */
  readonly reason: string | null
}

/** One engine: works, or is lost, with a number for each time in which it worked. */
export function createEngineState({
  name,
  clock,
  log,
  lost,
  works,
}: { readonly name: string; readonly lost: () => void; readonly works: () => void } & Pick<
  Parts,
  'clock' | 'log'
>) {
  let state: 'starting' | 'works' | 'lost' = 'starting'
  let reason = 'The connection to rtpengine has not been opened yet.'
  let time = 0
  const waiting = new Set<() => void>()

  return {
    win(): void {
      if (state === 'works') return
      state = 'works'
      time += 1
      log.info({ engine: name }, 'rtpengine connected')
      for (const resolve of waiting) resolve()
      waiting.clear()
      works()
    },

    lose(why: string): void {
      const before = state
      state = 'lost'
      reason = why
      if (before === 'lost') return
      log.warn({ engine: name, reason }, 'rtpengine lost: no keys are taken from its calls')
      if (before === 'works') lost()
    },

    /** Resolves with the number of the time in which it works. @throws {NgFault} when that does not come in time. */
    async working(milliseconds: number): Promise<number> {
      if (state === 'works') return time
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const stop = clock.after(Math.max(milliseconds, 0), () => {
        waiting.delete(resolve)
        reject(new NgFault('unreachable', `Keys cannot be received from rtpengine. ${reason}`))
      })
      waiting.add(resolve)
      await promise.finally(stop)
      return time
    },

    worksSince: (since: number): boolean => state === 'works' && since === time,
    health: (): EngineHealth =>
      state === 'works' ? { engine: name, state, reason: null } : { engine: name, state: 'lost', reason },
  }
}
