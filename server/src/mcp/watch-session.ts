import type { Clock } from '../base/clock.ts'
import type { Api } from './api.ts'
import { pause } from './pause.ts'
import { factsOf, type SessionFacts } from './session-view.ts'

const firstWaitMilliseconds = 500
/** A customer waits on the line to be told. */
const longestWaitMilliseconds = 2000

/**
 * Reads a session until it has ended, or until the time is over; each time that its state changes, says so.
 *
 * @returns how it stands then.
 */
export async function watchSession(
  path: string,
  {
    api,
    clock,
    milliseconds,
    signal,
    changed,
  }: {
    readonly api: Api
    readonly clock: Clock
    readonly milliseconds: number
    readonly signal: AbortSignal
    readonly changed: (facts: SessionFacts) => Promise<void>
  },
): Promise<SessionFacts> {
  const until = clock.elapsed() + milliseconds
  let seen: SessionFacts['state'] | undefined
  for (let wait = firstWaitMilliseconds; ; wait = Math.min(wait * 1.5, longestWaitMilliseconds)) {
    const facts = factsOf(await api({ method: 'GET', path, signal }))
    if (facts.state !== seen) {
      seen = facts.state
      wait = firstWaitMilliseconds
      await changed(facts)
    }
    const left = until - clock.elapsed()
    if (facts.ended || left <= 0) return facts
    await pause(Math.min(wait, left), { clock, signal })
  }
}
