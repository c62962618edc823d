import { Problem } from '../../base/problem.ts'
import type { Connection } from '../../store/store.ts'
import type { SessionRow } from '../insert-session.ts'
import type { ProviderLaunch, ProviderLaunched } from '../provider.ts'

/** So long a program has for trying again with its `Idempotency-Key`, until the launch is called off. */
export const againMilliseconds = 5 * 60_000

/** Nobody else asks anything of a launch while it is asked for: longer than its provider has for an answer. */
export const holdMilliseconds = 60_000

/** A launch at a provider in another process. */
export interface DistantOpening {
  readonly launch: ProviderLaunch
  readonly row: SessionRow
  /** Whether the same request may come again and then means this session. */
  readonly again: 'expected' | 'never'
  /** Writes the session, in the transaction that settles its launch. */
  readonly write: (transaction: Connection, launched: ProviderLaunched) => Promise<void>
  /** The session is there already: it was taken up when something happened in it. */
  readonly writeAgain: (transaction: Connection, launched: ProviderLaunched) => Promise<void>
}

/** What was asked is over meanwhile. */
export const over = (): Problem =>
  new Problem('provider-unavailable', 'The session ended before it was opened. Try again.', {
    headers: { 'retry-after': '1' },
  })
