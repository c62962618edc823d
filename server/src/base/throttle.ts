import { isIP } from 'node:net'
import { createBoundedCache } from './bounded-cache.ts'
import type { Clock } from './clock.ts'
import { createFailures, type FailureRule, growingWait, withinWindow } from './failures.ts'

/** Who tries a secret, and from where, as it is counted. */
export interface Attempt {
  readonly name: string
  readonly source: string
  readonly pair: string
  /** The name has authenticated from there before, as the sender has shown. */
  readonly isKnown: boolean
}

/** The guard against guessing of secrets (RFC 6749 §2.3.1, §4.3.2). */
export interface Throttle {
  /**
   * @param name the client's id or the username; null when what was sent can be none.
   * @param address the IP address of the sender.
   * @param knownBrowser where the name has authenticated before; it is counted in the place of the address.
   */
  attempt(name: string | null, address: string, knownBrowser?: string): Attempt
  /** Whole seconds to wait when the attempt is refused whatever its secret; otherwise `undefined`. */
  wait(attempt: Attempt): number | undefined
  /**
   * The same for a secret that takes long to check: what is not refused counts as under way until {@link leave}, so
   * that guesses sent at once are no more than those sent one after another.
   */
  enter(attempt: Attempt): number | undefined
  leave(attempt: Attempt): void
  recordFailure(attempt: Attempt): void
  recordSuccess(attempt: Attempt): void
}

/** When failures close what. */
interface ThrottleRules {
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

const mostPairs = 50_000

/**
 * Counts wrong secrets in this process's memory. What closes a network, or a name from everywhere, does not close
 * the pairs that have authenticated before: an attacker from elsewhere cannot lock out who works. No wait is for
 * good, and an attempt that is refused for it makes it no longer.
 *
 * Each node counts for itself, and a restart forgets: of several nodes an attacker gets as many times the guesses.
 */
export function createThrottle(clock: Clock, rules: ThrottleRules): Throttle {
  const pairs = createFailures(clock, rules.pair)
  const addresses = createFailures(clock, rules.address)
  const names = createFailures(clock, rules.name)
  const authenticated = createBoundedCache<string, true>(mostPairs)

  const mayPass = ({ pair, isKnown }: Attempt): boolean => isKnown || authenticated.has(pair)

  function wait(attempt: Attempt): number | undefined {
    const { name, source, pair } = attempt
    const ofPair = pairs.wait(pair)
    if (ofPair !== undefined) return ofPair
    const ofOthers = addresses.wait(source) ?? names.wait(name)
    return ofOthers === undefined || mayPass(attempt) ? undefined : ofOthers
  }

  /** A pair that works may have any number under way: programs sign in with it. */
  function isCrowded(attempt: Attempt): boolean {
    const { name, source, pair } = attempt
    if (mayPass(attempt)) return !pairs.hasFreeLeft(pair) && pairs.isFull(pair)
    return pairs.isFull(pair) || addresses.isFull(source) || names.isFull(name)
  }

  return {
    attempt(name, address, knownBrowser) {
      const known = name ?? 'no name'
      const source = knownBrowser === undefined ? networkOf(address) : `browser ${knownBrowser}`
      return { name: known, source, pair: `${known} ${source}`, isKnown: knownBrowser !== undefined }
    },
    wait,
    enter(attempt) {
      const refused = wait(attempt) ?? (isCrowded(attempt) ? 1 : undefined)
      if (refused !== undefined) return refused
      pairs.enter(attempt.pair)
      addresses.enter(attempt.source)
      names.enter(attempt.name)
      return undefined
    },
    leave({ name, source, pair }) {
      pairs.leave(pair)
      addresses.leave(source)
      names.leave(name)
    },
    recordFailure({ name, source, pair }) {
      pairs.record(pair)
      addresses.record(source)
      names.record(name)
    },
    recordSuccess({ pair }) {
      if (rules.success === 'clears') pairs.clear(pair)
      if (authenticated.get(pair) === undefined) authenticated.set(pair, true)
    },
  }
}

/**
 * What counts as one sender: an IPv4 address, also in its IPv4-mapped form, or the 64 bits of an IPv6 address
 * that a network is given as a whole.
 */
function networkOf(address: string): string {
  if (!address.includes(':')) return isIP(address) === 4 ? address : 'unknown'
  const [bare = ''] = address.split('%', 1)
  if (isIP(bare) !== 6) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = bare.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':')
    const inAfter = after.length + (tail.includes('.') ? 1 : 0)
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - inAfter)).fill('0'), ...after)
  }
  const network = groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${network.join(':')}::/64`
}
