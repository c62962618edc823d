import type { Clock } from '../base/clock.ts'
import type { Api } from './api.ts'
import type { FollowEvents, HeardEvent } from './follow-events.ts'
import { pause } from './pause.ts'
import { factsOf, type SessionFacts } from './session-view.ts'

const firstWaitMilliseconds = 500
/** A customer waits on the line to be told. */
const longestWaitMilliseconds = 2000
/** While the session’s stream tells what happens: it might have died without a word. */
const streamedWaitMilliseconds = 15_000

/**
 * Reads a session until it has ended, or until the time is over: whenever its stream of events says that something has
 * happened, and every few moments where there is no stream. Each time that its state changes, it says so.
 *
 * @returns how it stands then.
 */
export async function watchSession(
  path: string,
  {
    api,
    events,
    clock,
    milliseconds,
    signal,
    stopping,
    heard,
    changed,
  }: {
    readonly api: Api
    readonly events: FollowEvents
    readonly clock: Clock
    readonly milliseconds: number
    readonly signal: AbortSignal
    /** From then on nothing is waited for. */
    readonly stopping: AbortSignal
    readonly heard: (event: HeardEvent) => void
    readonly changed: (facts: SessionFacts) => Promise<void>
  },
): Promise<SessionFacts> {
  const until = clock.elapsed() + milliseconds
  const over = new AbortController()
  let news = Promise.withResolvers<void>()
  let isStreamed = true
  const stream = events(path, {
    ...{ milliseconds, signal: AbortSignal.any([signal, over.signal]) },
    heard(event) {
      heard(event)
      news.resolve()
    },
  }).finally(() => {
    isStreamed = false
    news.resolve()
  })
  const wake = () => news.resolve()
  stopping.addEventListener('abort', wake)
  let seen: SessionFacts['state'] | undefined
  try {
    for (let wait = firstWaitMilliseconds; ; wait = Math.min(wait * 1.5, longestWaitMilliseconds)) {
      news = Promise.withResolvers()
      const facts = factsOf(await api({ method: 'GET', path, signal }))
      if (facts.state !== seen) {
        seen = facts.state
        wait = firstWaitMilliseconds
        await changed(facts)
      }
      const left = until - clock.elapsed()
      if (facts.ended || left <= 0 || stopping.aborted) return facts
      const next = isStreamed ? streamedWaitMilliseconds : wait
      await pause(Math.min(next, left), { clock, signal, unless: news.promise })
    }
  } finally {
    stopping.removeEventListener('abort', wake)
    over.abort()
    await stream
  }
}
