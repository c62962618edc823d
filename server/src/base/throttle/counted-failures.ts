import type { Clock } from '../clock.ts'
import { createFailures, type FailureRule, type KeyChange } from './failures.ts'
import type { GuessAttempt } from './guess-attempt.ts'
import type { ThrottleRules } from './throttle-rules.ts'

/** What is counted apart. */
export type Counted = 'pair' | 'own pair' | 'network' | 'name'

/** Tells what has failed, and what has succeeded after all. */
export type KeepCounted = (counted: Counted, key: string, change: KeyChange) => void

/** The failures that are counted. */
export type CountedFailures = ReturnType<typeof createCountedFailures>

export function createCountedFailures(clock: Clock, rules: ThrottleRules, keep: KeepCounted) {
  const failuresOf = (counted: Counted, rule: FailureRule) =>
    createFailures(clock, rule, (...change) => keep(counted, ...change))
  return {
    pair: failuresOf('pair', rules.pair),
    /** Pairs that have authenticated: apart, so that no number of others has any part in how they are counted. */
    'own pair': failuresOf('own pair', rules.pair),
    network: failuresOf('network', rules.address),
    name: failuresOf('name', rules.name),
  }
}

/** What counts an attempt, and under which key. */
export function countedBy(all: CountedFailures, { named, network, isKnown, own }: GuessAttempt) {
  const byNetwork = [all.network, network] as const
  if (named === null) return [byNetwork]
  const byPair = [isKnown ? all['own pair'] : all.pair, named.pair] as const
  const counting = [byPair, byNetwork, [all.name, named.name] as const]
  return own === null ? counting : [...counting, [all['own pair'], own] as const]
}

/** One way in which an attempt may be let: as one of a network, or as one that is known. */
export interface Way {
  wait(): number | undefined
  isCrowded(): boolean
}

/** The attempt is let where one way is open. @returns the shortest wait; `undefined` when there is an open way. */
export function shortestWait(
  all: CountedFailures,
  attempt: GuessAttempt,
  waitOf: (way: Way) => number | undefined,
): number | undefined {
  const waits = ways(all, attempt).map(waitOf)
  return waits.reduce((one, other) =>
    one === undefined || other === undefined ? undefined : Math.min(one, other),
  )
}

function ways(all: CountedFailures, attempt: GuessAttempt): readonly Way[] {
  const { named, isKnown, own } = attempt
  const ofNetwork =
    isKnown && named !== null ? asKnown(all, named.pair) : asOthers(all, { ...attempt, own: null })
  return own === null ? [ofNetwork] : [asKnown(all, own), ofNetwork]
}

/** One that works may have any number under way: programs sign in with it. */
const asKnown = ({ 'own pair': ownPairs }: CountedFailures, pair: string): Way => ({
  wait: () => ownPairs.wait(pair),
  isCrowded: () => !ownPairs.hasFreeLeft(pair) && ownPairs.isFull(pair),
})

const asOthers = (all: CountedFailures, attempt: GuessAttempt): Way => ({
  wait() {
    for (const [failures, key] of countedBy(all, attempt)) {
      const seconds = failures.wait(key)
      if (seconds !== undefined) return seconds
    }
  },
  isCrowded: () => countedBy(all, attempt).some(([failures, key]) => failures.isFull(key)),
})
