import type { Clock } from '../clock.ts'

/** A token, and for how long it is valid. */
export interface GivenToken {
  readonly accessToken: string
  /** Seconds. Without it the token is asked for before each request. */
  readonly expiresIn?: number
}

/** One token for all requests. */
export interface TokenCache {
  /** @param signal ends the wait of this caller, and the request for the token unless others wait for it, too. */
  get(signal?: AbortSignal): Promise<string>
  /** The server does not accept it. A newer one, which another request has fetched meanwhile, stays. */
  drop(token: string): void
}

interface Kept {
  readonly token: string
  readonly renewAt: number
  readonly expiresAt: number
}

/** A request for a token that is under way. It is given up when the last one who waits for it has gone. */
interface Asking {
  wait(signal: AbortSignal | undefined): Promise<Kept>
}

/** A token is renewed so long before its end, or in the last tenth of a short life. */
const longestMargin = 60_000

/**
 * However many callers there are, one request for a token is under way at most. When it fails while the token at hand is
 * still valid, that one is used.
 */
export function createTokenCache(clock: Clock, ask: (stop: AbortSignal) => Promise<GivenToken>): TokenCache {
  let kept: Kept | undefined
  let asking: Asking | undefined

  async function renew(stop: AbortSignal): Promise<Kept> {
    const askedAt = clock.elapsed()
    const { accessToken, expiresIn = 0 } = await ask(stop)
    const lifetime = expiresIn * 1000
    const renewAt = askedAt + lifetime - Math.min(longestMargin, lifetime / 10)
    kept = { token: accessToken, renewAt, expiresAt: askedAt + lifetime }
    return kept
  }

  function begin(): Asking {
    const stop = new AbortController()
    let waiting = 0
    const end = () => {
      if (asking === own) asking = undefined
    }
    const work = renew(stop.signal).finally(end)
    const own: Asking = {
      async wait(signal) {
        waiting += 1
        try {
          return await untilAborted(work, signal)
        } finally {
          waiting -= 1
          if (waiting === 0) {
            end()
            stop.abort()
          }
        }
      },
    }
    return own
  }

  return {
    async get(signal) {
      signal?.throwIfAborted()
      if (kept && clock.elapsed() < kept.renewAt) return kept.token
      asking ??= begin()
      try {
        return (await asking.wait(signal)).token
      } catch (error) {
        if (!signal?.aborted && kept && clock.elapsed() < kept.expiresAt) return kept.token
        throw error
      }
    },
    drop(token) {
      if (kept?.token === token) kept = undefined
    },
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
