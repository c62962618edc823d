import type { Log } from '../../../base/log.ts'
import { NgFault } from '../ng/ng-fault.ts'
import type { Listening } from './agent-mute.ts'

const maxDuration = 60_000
/** Where the engine does not say how long a file is. */
const defaultDuration = 10_000

/**
 * Plays a file to the caller. One that cannot be played is left out, which is said once in the log.
 *
 * @returns a function that resolves with the file's length in milliseconds, zero when it is not played.
 * @throws {NgFault} when the engine does not answer, or the call has ended.
 */
export function createPlayFile(log: Log) {
  const notPlayed = new Set<string>()

  return async ({ engine, caller }: Listening, file: string): Promise<number> => {
    try {
      const { duration } = await engine.ask({ command: 'play media', ...caller, file })
      return typeof duration === 'number' && duration > 0 ? Math.min(duration, maxDuration) : defaultDuration
    } catch (fault) {
      if (!(fault instanceof NgFault && fault.reason === 'refused')) throw fault
      if (!notPlayed.has(file)) log.warn({ file, reason: fault.message }, 'prompt not played')
      notPlayed.add(file)
      return 0
    }
  }
}
