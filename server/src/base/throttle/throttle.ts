import type { Clock } from '../clock.ts'
import type { Failures } from './failure-table.ts'
import { createFailures, type FailureRule, growingWait, withinWindow } from './failures.ts'
import { createKnownSources, type KeepKnownSource, type KnownSource } from './known-sources.ts'
import { networkOf } from './network-of.ts'

/** Who tries a secret, and from where, as it is counted. */
export interface GuessAttempt {
  /** `null`: it names nobody who is there, and is counted by its network alone. */
  readonly named: { readonly name: string; readonly pair: string } | null
  readonly network: string
  /** The name has authenticated from this network before. */
  readonly isKnown: boolean
  /** The name and the browser or program through which it has authenticated before. */
  readonly own: string | null
  /** Pairs that are known once the attempt has succeeded. */
  readonly learns: readonly string[]
}

/** What a sender has proved to be, beside the secret that is tried. */
export interface Through {
  /** A browser with which the name has authenticated before. */
  readonly browser?: string | undefined
  /** A program that has authenticated itself; it becomes known when the name authenticates through it. */
  readonly program?: string | undefined
}

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
  /** Takes up what the process before this one had kept. */
  restore(kept: KeptThrottle): void
}

/** What is counted apart. */
export type Counted = 'pair' | 'own pair' | 'network' | 'name'

/** What outlives a process: what is closed, and from where whom it has seen authenticate. */
export interface KeptThrottle {
  readonly closed: readonly { readonly counted: string; readonly key: string; readonly failures: Failures }[]
  readonly known: readonly Omit<KnownSource, 'forgottenAt'>[]
}

/** Keeps it. Nothing waits for that. */
export interface ThrottleMemory {
  /** What stands for a text in what is kept: by the key of today, and by former ones. */
  digests(text: string): readonly [string, ...string[]]
  keepClosed(counted: Counted, key: string, failures: Failures | undefined, forgottenAt: number): void
  readonly keepKnown: KeepKnownSource
}

/** When failures close what. */
export interface ThrottleRules {
  /** Of a name from one network. */
  readonly pair: FailureRule
  /** Of a network, whatever the name. */
  readonly address: FailureRule
  /** Of a name, wherever from. */
  readonly name: FailureRule
  /** What a success does to the failures of its pair. */
  readonly success: 'clears' | 'changes nothing'
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/**
 * Within a minute ten wrong secrets of one client from one address close that pair; a hundred from one address, or
 * of one client from anywhere, close it.
 */
export const clientRules: ThrottleRules = {
  pair: withinWindow(10, minute),
  address: withinWindow(100, minute),
  name: withinWindow(100, minute),
  success: 'changes nothing',
}

/**
 * People's passwords can be guessed, so the waits grow. A username from one network has five failures free, then
 * waits 1, 2, 4 … seconds, at most 15 minutes, until it has been quiet for a day or has succeeded: some 100 guesses
 * a day. From everywhere together it has 20 free, then waits up to 5 minutes, until it has been quiet for three hours:
 * some 300 a day for however many addresses. A network tries a hundred passwords in ten minutes: many people may
 * come from one.
 */
export const personRules: ThrottleRules = {
  pair: growingWait({ free: 5, first: second, longest: 15 * minute, quiet: 24 * hour }),
  address: withinWindow(100, 10 * minute),
  name: growingWait({ free: 20, first: second, longest: 5 * minute, quiet: 3 * hour }),
  success: 'clears',
}

const forgetful: ThrottleMemory = { digests: (text) => [text], keepClosed: () => {}, keepKnown: () => {} }

/** One way in which an attempt may be let: as one of a network, or as one that is known. */
interface Way {
  wait(): number | undefined
  isCrowded(): boolean
}

/**
 * Counts wrong secrets. What closes a network, or a name from everywhere, does not close the pairs that have
 * authenticated before, and what closes a network's pair not the browsers and programs behind it that have: whoever
 * else tries cannot lock out who works. No wait is for good, and an attempt that is refused for it makes it no longer.
 *
 * Each node counts for itself: of several nodes an attacker gets as many times the guesses.
 *
 * @param memory where what is closed, and what is known, outlives the process.
 */
export function createThrottle(
  clock: Clock,
  rules: ThrottleRules,
  { digests, keepClosed, keepKnown }: ThrottleMemory = forgetful,
): Throttle {
  const failuresOf = (counted: Counted, rule: FailureRule) =>
    createFailures(clock, rule, (...change) => keepClosed(counted, ...change))
  const pairs = failuresOf('pair', rules.pair)
  /** Pairs that have authenticated: apart, so that no number of others has any part in how they are counted. */
  const ownPairs = failuresOf('own pair', rules.pair)
  const networks = failuresOf('network', rules.address)
  const names = failuresOf('name', rules.name)
  const counters = { pair: pairs, 'own pair': ownPairs, network: networks, name: names }
  const sources = createKnownSources(clock, keepKnown)

  const pairText = (name: string, source: string): string => `${name} ${source}`

  function isKnownPair(name: string, source: string): boolean {
    const pairsOf = digests(pairText(name, source))
    return digests(name).some((digest, index) => sources.has(digest, pairsOf[index] ?? ''))
  }

  /** What counts the attempt, and under which key. */
  function countedBy({ named, network, isKnown, own }: GuessAttempt) {
    const byNetwork = [networks, network] as const
    if (named === null) return [byNetwork]
    const byPair = [isKnown ? ownPairs : pairs, named.pair] as const
    const all = [byPair, byNetwork, [names, named.name] as const]
    return own === null ? all : [...all, [ownPairs, own] as const]
  }

  /** One that works may have any number under way: programs sign in with it. */
  const asKnown = (pair: string): Way => ({
    wait: () => ownPairs.wait(pair),
    isCrowded: () => !ownPairs.hasFreeLeft(pair) && ownPairs.isFull(pair),
  })

  const asOthers = (attempt: GuessAttempt): Way => ({
    wait() {
      for (const [failures, key] of countedBy(attempt)) {
        const seconds = failures.wait(key)
        if (seconds !== undefined) return seconds
      }
    },
    isCrowded: () => countedBy(attempt).some(([failures, key]) => failures.isFull(key)),
  })

  function ways(attempt: GuessAttempt): readonly Way[] {
    const { named, isKnown, own } = attempt
    const ofNetwork = isKnown && named !== null ? asKnown(named.pair) : asOthers({ ...attempt, own: null })
    return own === null ? [ofNetwork] : [asKnown(own), ofNetwork]
  }

  /** The attempt is let where one way is open. */
  function shortest(attempt: GuessAttempt, waitOf: (way: Way) => number | undefined): number | undefined {
    const waits = ways(attempt).map(waitOf)
    return waits.reduce((one, other) =>
      one === undefined || other === undefined ? undefined : Math.min(one, other),
    )
  }

  return {
    attempt(name, address, { browser, program } = {}) {
      const text = name ?? 'no name'
      const network = networkOf(address)
      const pairOf = (source: string): string => digests(pairText(text, source))[0]
      const pair = pairOf(network)
      const counted = {
        named: { name: digests(text)[0], pair },
        network: digests(network)[0],
        isKnown: isKnownPair(text, network),
      }
      if (browser !== undefined) return { ...counted, own: pairOf(`browser ${browser}`), learns: [] }
      if (program === undefined) return { ...counted, own: null, learns: [pair] }
      const source = `program ${program}`
      const ofProgram = pairOf(source)
      return isKnownPair(text, source)
        ? { ...counted, own: ofProgram, learns: [ofProgram] }
        : { ...counted, own: null, learns: [pair, ofProgram] }
    },
    nameless: (address) => ({
      named: null,
      network: digests(networkOf(address))[0],
      isKnown: false,
      own: null,
      learns: [],
    }),
    wait: (attempt) => shortest(attempt, (way) => way.wait()),
    enter(attempt) {
      const refused = shortest(attempt, (way) => way.wait() ?? (way.isCrowded() ? 1 : undefined))
      if (refused !== undefined) return refused
      for (const [failures, key] of countedBy(attempt)) failures.enter(key)
      return undefined
    },
    leave(attempt) {
      for (const [failures, key] of countedBy(attempt)) failures.leave(key)
    },
    recordFailure(attempt) {
      for (const [failures, key] of countedBy(attempt)) failures.record(key)
    },
    recordSuccess({ named, own, learns }) {
      if (rules.success !== 'clears' || named === null) return
      if (own === null) pairs.clear(named.pair)
      ownPairs.clear(own ?? named.pair)
      for (const pair of learns) sources.learn(named.name, pair)
    },
    restore({ closed, known }) {
      for (const { counted, key, failures } of closed) {
        if (isCounted(counted)) counters[counted].restore(key, failures)
      }
      for (const source of known) sources.restore(source)
    },
  }
}

const isCounted = (text: string): text is Counted => ['pair', 'own pair', 'network', 'name'].includes(text)
