import { isIP } from 'node:net'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'

/** Who tries a secret, and from where, as it is counted. */
interface Attempt {
  readonly client: string
  readonly source: string
  readonly pair: string
}

/** The guard against guessing of secrets (RFC 6749 §2.3.1). */
export interface Throttle {
  /**
   * @param name the client's id or the username; null when what was sent can be none.
   * @param address the IP address of the sender.
   */
  attempt(name: string | null, address: string): Attempt
  /** Whole seconds to wait when the attempt is refused whatever its secret; otherwise `undefined`. */
  wait(attempt: Attempt): number | undefined
  recordFailure(attempt: Attempt): void
  recordSuccess(attempt: Attempt): void
}

const windowMilliseconds = 60_000
const failuresOfPair = 10
const failuresOfAddress = 100
const failuresOfClient = 100
const mostKeys = 50_000

/**
 * Counts wrong secrets within a minute, in this process's memory. Ten of one client from one address close
 * that pair. A hundred from one address, or a hundred of one client from anywhere, close it for everybody but
 * the pairs that have authenticated before: an attacker cannot lock out a client that works.
 */
export function createThrottle(clock: Clock): Throttle {
  const pairs = createFailures(clock, failuresOfPair)
  const addresses = createFailures(clock, failuresOfAddress)
  const clients = createFailures(clock, failuresOfClient)
  const authenticated = new LRUCache<string, true>({ max: mostKeys })
  return {
    attempt(name, address) {
      const client = name ?? 'no name'
      const source = networkOf(address)
      return { client, source, pair: `${client} ${source}` }
    },
    wait({ client, source, pair }) {
      const ofPair = pairs.wait(pair)
      if (ofPair !== undefined) return ofPair
      const ofOthers = addresses.wait(source) ?? clients.wait(client)
      return ofOthers === undefined || authenticated.has(pair) ? undefined : ofOthers
    },
    recordFailure({ client, source, pair }) {
      pairs.record(pair)
      addresses.record(source)
      clients.record(client)
    },
    recordSuccess({ pair }) {
      if (authenticated.get(pair) === undefined) authenticated.set(pair, true)
    },
  }
}

function createFailures(clock: Clock, limit: number) {
  const counts = new LRUCache<string, { count: number; readonly since: number }>({ max: mostKeys })
  const current = (key: string) => {
    const entry = counts.get(key)
    if (entry === undefined) return undefined
    const age = clock.now() - entry.since
    return age >= 0 && age < windowMilliseconds ? entry : undefined
  }
  return {
    wait(key: string): number | undefined {
      const entry = current(key)
      if (entry === undefined || entry.count < limit) return undefined
      return Math.ceil((entry.since + windowMilliseconds - clock.now()) / 1000)
    },
    record(key: string): void {
      const entry = current(key)
      if (entry === undefined) counts.set(key, { count: 1, since: clock.now() })
      else entry.count += 1
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
