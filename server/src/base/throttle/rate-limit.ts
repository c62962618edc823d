import { createBoundedCache } from '../bounded-cache.ts'
import type { Clock } from '../clock.ts'

/** What is left to one key, after the request that asked. */
export interface Quota {
  readonly allowed: boolean
  /** Requests a second. */
  readonly limit: number
  /** Requests that may follow at once. */
  readonly remaining: number
  /** Whole seconds until all of the limit is there again. */
  readonly resetSeconds: number
}

export interface RateLimit {
  /** Counts one request of the key; one that is not allowed costs nothing. */
  take(key: string): Quota
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** The key that was quiet for longest is forgotten first, and a forgotten key has all of its limit. */
const maxKeys = 100_000

/**
 * A token bucket for each key, in this process's memory: it holds a second's requests and fills as fast as
 * they may come.
 */
export function createRateLimit({
  clock,
  requestsPerSecond: limit,
}: {
  readonly clock: Clock
  readonly requestsPerSecond: number
}): RateLimit {
  const buckets = createBoundedCache<string, Bucket>(maxKeys)
  return {
    take(key) {
      const now = clock.now()
      let bucket = buckets.get(key)
      if (bucket === undefined) {
        bucket = { tokens: limit, filledAt: now }
        buckets.set(key, bucket)
      }
      const elapsed = Math.max(0, now - bucket.filledAt)
      bucket.tokens = Math.min(limit, bucket.tokens + (elapsed * limit) / 1000)
      bucket.filledAt = now
      const allowed = bucket.tokens >= 1
      if (allowed) bucket.tokens -= 1
      return {
        allowed,
        limit,
        remaining: Math.floor(bucket.tokens),
        resetSeconds: Math.ceil((limit - bucket.tokens) / limit),
      }
    },
  }
}

/**
 * The header fields that tell a client its quota (draft-ietf-httpapi-ratelimit-headers), and when it was used
 * up, `Retry-After`, not earlier than the quota's reset.
 */
export function quotaHeaders({ allowed, limit, remaining, resetSeconds }: Quota): Record<string, string> {
  return {
    'ratelimit-policy': `"default";q=${limit};w=1`,
    ratelimit: `"default";r=${remaining};t=${resetSeconds}`,
    ...(!allowed && { 'retry-after': String(Math.max(1, resetSeconds)) }),
  }
}
