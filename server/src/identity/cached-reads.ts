import { createBoundedCache } from '../base/bounded-cache.ts'
import type { Clock } from '../base/clock.ts'

/** What the store says of a key; at most a second old. */
export interface Known<K, V> {
  /** The value, or `undefined` when there is none. A fresh answer comes at once, without a promise. */
  find(key: K): V | undefined | Promise<V | undefined>
  /** Has the next {@link find} read the store. */
  forget(key: K): void
}

interface Entry<V> {
  readonly value: V | undefined
  readonly readAt: number
}

const maxEntries = 10_000
const readAgainAfterMilliseconds = 1000

/**
 * Reads each key from the store at most once a second. That there is nothing is kept as well, so that the time
 * of an answer does not tell which keys exist.
 */
export function createCachedReads<K extends string, V>(
  clock: Clock,
  read: (key: K) => Promise<V | undefined>,
): Known<K, V> {
  const entries = createBoundedCache<K, Entry<V>>(maxEntries)
  const reading = new Map<K, Promise<V | undefined>>()

  async function readAnew(key: K): Promise<V | undefined> {
    const readAt = clock.now()
    const asked = read(key)
    reading.set(key, asked)
    try {
      const value = await asked
      if (reading.get(key) === asked) entries.set(key, { value, readAt })
      return value
    } finally {
      if (reading.get(key) === asked) reading.delete(key)
    }
  }

  return {
    find(key) {
      const entry = entries.get(key)
      if (entry !== undefined) {
        const age = clock.now() - entry.readAt
        if (age >= 0 && age < readAgainAfterMilliseconds) return entry.value
      }
      return reading.get(key) ?? readAnew(key)
    },
    forget(key) {
      entries.delete(key)
      reading.delete(key)
    },
  }
}
