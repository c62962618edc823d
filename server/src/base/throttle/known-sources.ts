import type { Clock } from '../clock.ts'

/** From where a name has authenticated, as it is written down: as a change, or when a process begins. */
export interface KnownSource {
  readonly name: string
  /** Stands for the name and the source together. */
  readonly pair: string
  /** Milliseconds since the epoch. */
  readonly seenAt: number
  /** From when on it is known no more. */
  readonly forgottenAt: number
}

/** @param forgotten the pair that it takes the place of. */
export type KeepKnownSource = (source: KnownSource, forgotten: string | undefined) => void

/** Each name pushes out sources of its own alone, so that nobody's are forgotten for what others do. */
const maxOfName = 16
const dayMilliseconds = 24 * 3_600_000
const sourceLifetimeMilliseconds = 180 * dayMilliseconds

export type KnownSources = ReturnType<typeof createKnownSources>

/**
 * From where names have authenticated in the last 180 days: whoever proves a name from there again was not made to by
 * guessing. Only those who have authenticated take memory.
 *
 * @param keep is told of a source when it becomes known, and once a day while it is used.
 */
export function createKnownSources(clock: Clock, keep: KeepKnownSource = () => {}) {
  const names = new Map<string, Map<string, number>>()

  function put({ name, pair, seenAt }: Omit<KnownSource, 'forgottenAt'>): Map<string, number> {
    const sources = names.get(name) ?? new Map<string, number>()
    names.set(name, sources)
    sources.delete(pair)
    return sources.set(pair, seenAt)
  }

  /** The one that was seen longest ago, where there are more than a name may have. */
  function forgetOldest(sources: Map<string, number>): string | undefined {
    const [oldest] = sources.keys()
    const forgotten = sources.size > maxOfName ? oldest : undefined
    if (forgotten !== undefined) sources.delete(forgotten)
    return forgotten
  }

  function has(name: string, pair: string): boolean {
    const seenAt = names.get(name)?.get(pair)
    return seenAt !== undefined && clock.now() < seenAt + sourceLifetimeMilliseconds
  }

  return {
    has,
    learn(name: string, pair: string): void {
      const now = clock.now()
      const age = now - (names.get(name)?.get(pair) ?? Number.NEGATIVE_INFINITY)
      if (age >= 0 && age < dayMilliseconds) return
      const forgotten = forgetOldest(put({ name, pair, seenAt: now }))
      keep({ name, pair, seenAt: now, forgottenAt: now + sourceLifetimeMilliseconds }, forgotten)
    },
    /** Takes up one that was kept, before or elsewhere, the one that was seen longest ago first. */
    restore(source: Omit<KnownSource, 'forgottenAt'>): void {
      const seenAt = names.get(source.name)?.get(source.pair) ?? Number.NEGATIVE_INFINITY
      if (seenAt < source.seenAt) forgetOldest(put(source))
    },
  }
}
