import { createBoundedCache } from '../../base/bounded-cache.ts'
import type { Clock, Stop } from '../../base/clock.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import type { ChargeAttempt } from './attempt.ts'

const firstPause = 30_000
const maxPause = 3_600_000
const maxWatch = 3 * 24 * 3_600_000
/** A payment that is told of is mostly answered already, and its note of no use. */
const maxTold = 10_000

/** How it goes on where nothing is found: after which pause, in milliseconds, and until when, since the epoch. */
interface Pace {
  readonly pause: number
  readonly until: number
}

interface Watched {
  readonly attempt: ChargeAttempt
  /** Milliseconds since the epoch. */
  readonly until: number
  readonly stop: Stop
}

export type Reconciliation = ReturnType<typeof createReconciliation>

/**
 * Looks for the outcome of charges that were not answered: after 30 seconds, then less and less often, at least
 * once an hour, for three days; and at once where the gateway has told that something has happened. A process that starts
 * looks for all of them again.
 */
export function createReconciliation({
  clock,
  reconcile,
  found,
}: {
  readonly clock: Clock
  readonly reconcile: (attempt: ChargeAttempt) => Promise<GatewayAnswer | undefined>
  readonly found: (attempt: ChargeAttempt, answer: GatewayAnswer) => Promise<void>
}) {
  const watched = new Map<string, Watched>()
  /** Those of which something was told before anybody looked for them. */
  const told = createBoundedCache<string, true>(maxTold)

  function lookAfter(attempt: ChargeAttempt, delay: number, course: Pace) {
    const stop = clock.after(delay, () => void look(attempt, course))
    watched.set(attempt.idempotencyKey, { attempt, until: course.until, stop })
  }

  async function look(attempt: ChargeAttempt, { pause, until }: Pace) {
    const answer = await reconcile(attempt)
    if (!watched.has(attempt.idempotencyKey)) return
    watched.delete(attempt.idempotencyKey)
    if (answer) await found(attempt, answer)
    else if (clock.now() < until) {
      lookAfter(attempt, pause, { pause: Math.min(pause * 2, maxPause), until })
    }
  }

  return {
    watch(attempt: ChargeAttempt, first: 'at once' | 'later'): void {
      const isLater = first === 'later' && !told.delete(attempt.idempotencyKey)
      lookAfter(attempt, isLater ? firstPause : 0, {
        pause: firstPause,
        until: clock.now() + maxWatch,
      })
    },
    /** Something can be known of it: it is looked for now, or as soon as it is watched. */
    hasten(idempotencyKey: string): void {
      const found = watched.get(idempotencyKey)
      if (!found) {
        told.set(idempotencyKey, true)
        return
      }
      found.stop()
      lookAfter(found.attempt, 0, { pause: firstPause, until: found.until })
    },
    /** The outcome has become known in another way. */
    forget({ idempotencyKey }: ChargeAttempt): void {
      watched.get(idempotencyKey)?.stop()
      watched.delete(idempotencyKey)
    },
    close(): void {
      for (const { stop } of watched.values()) stop()
      watched.clear()
    },
  }
}
