import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { isMovable, type SandboxClock } from '../time/sandbox-clock.ts'

/**
 * The clock of a sandbox that nobody shares.
 *
 * @param what is done there alone: `Faults can be armed`.
 * @throws {Problem} `not-possible-now` in any other.
 */
export function requireAlone(clock: Clock, what: string): SandboxClock {
  if (isMovable(clock)) return clock
  throw new Problem(
    'not-possible-now',
    `${what} only in a sandbox of one process that keeps its data in a file: run it without TONEGATE_STORE and --role.`,
  )
}
