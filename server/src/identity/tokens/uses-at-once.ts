import { hash } from 'node:crypto'
import { createBoundedCache } from '../../base/bounded-cache.ts'
import { type Clock, systemClock } from '../../base/clock.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import type { Store } from '../../store/store.ts'

/** A request that brings something that is good once. */
export interface OneRequest {
  /** Which one it was, counted by when it came. */
  readonly arrival: number
  /** Calls back when its answer has been sent, or nobody is there any more to send it to. */
  onAnswered(callback: () => void): void
}

/** What became of a use. `at once`: another one, beside which it came, has it. `again`: it was used long before. */
export type Use = 'first' | 'at once' | 'again'

/** A use that the store knows: when it was, and at which node. */
export interface KnownUse {
  readonly used_at: number | null
  readonly used_by: NodeId | null
}

/** How long after the first use at one node another one, at another node, counts as beside it. */
const besideMilliseconds = 2_000

/**
 * Whether a use came beside the first one, which another node has: what is under way there is not known here, and its
 * answer takes a second at the most.
 */
export const cameBeside = (
  { used_at, used_by }: KnownUse,
  { store, clock }: { readonly store: Pick<Store, 'nodeId'>; readonly clock: Pick<Clock, 'now'> },
): boolean =>
  used_at !== null &&
  used_by !== null &&
  used_by !== store.nodeId &&
  clock.now() - used_at < besideMilliseconds

/**
 * Tells several uses at once from a use that comes again. A client that sends a request twice, a page that is open in
 * two tabs, a proxy that tries again: all of them come while the first is under way, and none of them is a thief. One of
 * them gets it, the others nothing, and what it got stays good. What comes once the answer has been sent is a replay.
 */
export interface UsesAtOnce {
  /** Counts a request, when it comes: before anything is looked up for it, which may take its time. */
  arrive(presented: string | undefined): number
  /**
   * @param presented what is good once.
   * @param take uses it up in the store, which decides; what it throws leaves it to the next one that waits. `at once`
   *   when another node has it ({@link cameBeside}).
   */
  use(presented: string, request: OneRequest, take: () => Promise<Use>): Promise<Use>
}

/** Of these, a request that came before the answer of its neighbour is known for one. */
const maxRemembered = 10_000

/** Where others came beside the first, it is answered when none has come for so long, after a second at the latest. */
const quietSpellMilliseconds = 50
const maxQuietTimes = 20
/** Where none is seen to come, after so many turns of the event loop. */
const turns = 16

/**
 * Remembers in this process's memory what is under way. Of what is under way at another node the store knows when it was
 * used; after a crash, a use comes again.
 *
 * A client that sends twenty requests at once is not heard at once: their connections are accepted one after another,
 * and a busy machine may let it send the half of them only when the first could have been answered. So the first is
 * answered when no more are seen to come, which takes a few turns of the event loop where it came alone.
 *
 * @param after waits for the network, and so by the machine's own time.
 */
export function createUsesAtOnce({ after }: Pick<Clock, 'after'> = systemClock): UsesAtOnce {
  let arrivals = 0
  const underWay = new Map<string, Promise<Use | 'failed'>>()
  /** How many requests brought it. */
  const came = createBoundedCache<string, number>(maxRemembered)
  /** The request that had come last when what was used first had been answered. */
  const answered = createBoundedCache<string, number>(maxRemembered)

  async function untilAllCame(key: string): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    let seen = 1
    for (let times = 0; seen < (came.get(key) ?? 0) && times < maxQuietTimes; times += 1) {
      seen = came.get(key) ?? 0
      await new Promise<void>((resolve) => after(quietSpellMilliseconds, resolve))
    }
  }

  return {
    arrive(presented) {
      arrivals += 1
      if (presented !== undefined) {
        const key = keyOf(presented)
        came.set(key, (came.get(key) ?? 0) + 1)
      }
      return arrivals
    },
    async use(presented, { arrival, onAnswered }, take) {
      const key = keyOf(presented)
      for (let other = underWay.get(key); other !== undefined; other = underWay.get(key)) {
        if ((await other) === 'first') return 'at once'
      }
      if (arrival <= (answered.get(key) ?? 0)) return 'at once'
      const taking = take()
      const outcome = taking.catch(() => 'failed' as const)
      underWay.set(key, outcome)
      if ((await outcome) !== 'first') {
        underWay.delete(key)
        return taking
      }
      await untilAllCame(key)
      onAnswered(() => {
        if (underWay.delete(key)) answered.set(key, arrivals)
      })
      return 'first'
    },
  }
}

const keyOf = (presented: string): string => hash('sha256', presented, 'base64')
