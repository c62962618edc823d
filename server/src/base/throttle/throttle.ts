import type { Clock } from '../clock.ts'
import {
  type Counted,
  countedBy,
  createCountedFailures,
  type KeepCounted,
  shortestWait,
} from './counted-failures.ts'
import type { Failures } from './failure-table.ts'
import {
  type Digests,
  type GuessAttempt,
  guessAttempt,
  namelessAttempt,
  type Through,
} from './guess-attempt.ts'
import { createKnownSources, type KeepKnownSource, type KnownSource } from './known-sources.ts'
import type { ThrottleRules } from './throttle-rules.ts'

/** The guard against guessing of secrets (RFC 6749 §2.3.1, §4.3.2). */
export interface Throttle {
  /**
   * @param name the client's id or the username; null when what was sent can be none.
   * @param address the IP address of the sender.
   */
  attempt(name: string | null, address: string, through?: Through): GuessAttempt
  /** One that names nobody, where it costs nothing to find that out: other names do not fill the memory. */
  nameless(address: string): GuessAttempt
  /** Whole seconds to wait when the attempt is refused whatever its secret; otherwise `undefined`. */
  wait(attempt: GuessAttempt): number | undefined
  /**
   * The same for a secret that takes long to check: what is not refused counts as under way until {@link leave}, so
   * that guesses sent at once are no more than those sent one after another.
   */
  enter(attempt: GuessAttempt): number | undefined
  leave(attempt: GuessAttempt): void
  recordFailure(attempt: GuessAttempt): void
  recordSuccess(attempt: GuessAttempt): void
  /** Takes up what other processes have kept, those before this one and those beside it. */
  restore(kept: KeptThrottle): void
  /** Takes up what was kept of a key with all that is in it of other processes; so many failures are not in it yet. */
  correct(kept: KeptFailures, unwritten: number): void
}

/** What is kept of a key. */
export interface KeptFailures {
  readonly counted: string
  readonly key: string
  readonly failures: Failures
}

/** What outlives a process: what has failed, and from where whom it has seen authenticate. */
export interface KeptThrottle {
  readonly failed: readonly KeptFailures[]
  readonly known: readonly Omit<KnownSource, 'forgottenAt'>[]
}

/** Keeps it. Nothing waits for that. */
export interface ThrottleMemory {
  readonly digests: Digests
  readonly keepCounted: KeepCounted
  readonly keepKnown: KeepKnownSource
}

const forgetful: ThrottleMemory = { digests: (text) => [text], keepCounted: () => {}, keepKnown: () => {} }

/**
 * Counts wrong secrets. What closes a network, or a name from everywhere, does not close the pairs that have
 * authenticated before, and what closes a network's pair not the browsers and programs behind it that have: whoever
 * else tries cannot lock out who works. No wait is for good, and an attempt that is refused for it makes it no longer.
 *
 * @param memory where what has failed, and what is known, outlives the process, and is other processes' too.
 */
export function createThrottle(
  clock: Clock,
  rules: ThrottleRules,
  { digests, keepCounted, keepKnown }: ThrottleMemory = forgetful,
): Throttle {
  const failures = createCountedFailures(clock, rules, keepCounted)
  const guess = { digests, sources: createKnownSources(clock, keepKnown) }
  return {
    attempt: (name, address, through = {}) => guessAttempt(guess, { name, address }, through),
    nameless: (address) => namelessAttempt(digests, address),
    wait: (attempt) => shortestWait(failures, attempt, (way) => way.wait()),
    enter(attempt) {
      const refused = shortestWait(
        failures,
        attempt,
        (way) => way.wait() ?? (way.isCrowded() ? 1 : undefined),
      )
      if (refused !== undefined) return refused
      for (const [counting, key] of countedBy(failures, attempt)) counting.enter(key)
      return undefined
    },
    leave(attempt) {
      for (const [counting, key] of countedBy(failures, attempt)) counting.leave(key)
    },
    recordFailure(attempt) {
      for (const [counting, key] of countedBy(failures, attempt)) counting.record(key)
    },
    recordSuccess({ named, own, learns }) {
      if (rules.success !== 'clears' || named === null) return
      if (own === null) failures.pair.clear(named.pair)
      failures['own pair'].clear(own ?? named.pair)
      for (const pair of learns) guess.sources.learn(named.name, pair)
    },
    restore({ failed, known }) {
      for (const { counted, key, failures: kept } of failed) {
        if (isCounted(counted)) failures[counted].restore(key, kept)
      }
      for (const source of known) guess.sources.restore(source)
    },
    correct({ counted, key, failures: kept }, unwritten) {
      if (isCounted(counted)) failures[counted].correct(key, kept, unwritten)
    },
  }
}

const isCounted = (text: string): text is Counted => ['pair', 'own pair', 'network', 'name'].includes(text)
