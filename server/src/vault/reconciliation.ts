import type { Clock, Stop } from '../base/clock.ts'
import type { Attempt } from './charges.ts'
import type { GatewayAnswer } from './gateway.ts'

const firstPause = 30_000
const longestPause = 3_600_000
const longestWatch = 3 * 24 * 3_600_000

/**
 * Looks for the outcome of charges that were not answered: after 30 seconds, then less and less often, at least
 * once an hour, for three days. A process that starts looks for all of them again.
 */
export function createReconciliation({
  clock,
  reconcile,
  found,
}: {
  readonly clock: Clock
  readonly reconcile: (attempt: Attempt) => Promise<GatewayAnswer | undefined>
  readonly found: (attempt: Attempt, answer: GatewayAnswer) => Promise<void>
}) {
  const watched = new Map<string, Stop>()

  function lookAfter(
    attempt: Attempt,
    delay: number,
    course: { readonly pause: number; readonly until: number },
  ) {
    watched.set(
      attempt.idempotencyKey,
      clock.after(delay, () => void look(attempt, course)),
    )
  }

  async function look(
    attempt: Attempt,
    { pause, until }: { readonly pause: number; readonly until: number },
  ) {
    const answer = await reconcile(attempt)
    if (!watched.has(attempt.idempotencyKey)) return
    watched.delete(attempt.idempotencyKey)
    if (answer) await found(attempt, answer)
    else if (clock.now() < until) {
      lookAfter(attempt, pause, { pause: Math.min(pause * 2, longestPause), until })
    }
  }

  return {
    watch(attempt: Attempt, first: 'at once' | 'later'): void {
      lookAfter(attempt, first === 'later' ? firstPause : 0, {
        pause: firstPause,
        until: clock.now() + longestWatch,
      })
    },
    /** The outcome has become known in another way. */
    forget({ idempotencyKey }: Attempt): void {
      watched.get(idempotencyKey)?.()
      watched.delete(idempotencyKey)
    },
    close(): void {
      for (const stop of watched.values()) stop()
      watched.clear()
    },
  }
}
