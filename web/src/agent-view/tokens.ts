import type { FirstTokens, ViewTokenPair } from '@tonegate/protocol/view-page-data'
import type { TimelyFetch } from '../timely-fetch.ts'
import type { KeptRefreshToken } from './kept-refresh-token.ts'
import type { ServerClock } from './server-clock.ts'

/** What became of a renewal: a new pair; the page's access is lost, or was closed; or the session has ended. */
export type Renewal = 'renewed' | 'lost' | 'closed' | 'gone'

/** The page's access, renewed before it runs out. */
export interface Tokens {
  accessToken(): string
  /**
   * Gets a new pair. Calls that come while one is under way share it: a refresh token works once.
   *
   * @throws when the server cannot be reached or does not answer in time; the pair is still good then.
   */
  renew(): Promise<Renewal>
  /** Calls back with each new pair, until the signal aborts. */
  onRenewed(hear: () => void, signal: AbortSignal): void
  /** Renews no more. */
  stop(): void
}

const retryMilliseconds = 5_000
/** An answer that takes longer is taken for lost: the access token is still good for a while then. */
const answerMilliseconds = 10_000

/**
 * A window renews by a refresh token of its own, so that two windows of one session never use up one another's; it
 * keeps the latest for a reload. One that has none gets itself one at once.
 *
 * @param path the view's own path, under which `/token` is.
 */
export function createTokens({
  path,
  first,
  kept,
  clock,
  fetch,
  onLost,
}: {
  readonly path: string
  readonly first: FirstTokens
  readonly kept: KeptRefreshToken
  /** Hears with each renewal what time it is. */
  readonly clock: Pick<ServerClock, 'set'>
  readonly fetch: TimelyFetch
  /** Called when no renewal is possible any more. */
  readonly onLost: () => void
}): Tokens {
  let { accessToken } = first
  let underWay: Promise<Renewal> | undefined
  let stopped = false
  const renewals = new EventTarget()
  if (first.refreshToken !== undefined) kept.keep(first.refreshToken)
  let timer = schedule(kept.has() ? first.renewInSeconds * 1000 : 0)

  function schedule(milliseconds: number) {
    return setTimeout(() => renew().catch(() => undefined), milliseconds)
  }

  function renew(): Promise<Renewal> {
    underWay ??= exchange().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function exchange(): Promise<Renewal> {
    try {
      return await ask()
    } catch (error) {
      scheduleNext(retryMilliseconds)
      throw error
    }
  }

  async function ask(): Promise<Renewal> {
    const response = await fetch(`${path}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify(kept.renewing() ?? {}),
      within: answerMilliseconds,
    })
    if (response.status >= 500 || response.status === 429) throw new TypeError('The server is not ready.')
    if (!response.ok) {
      clearTimeout(timer)
      if (response.status === 404) return 'gone'
      if (response.status === 403) return 'closed'
      onLost()
      return 'lost'
    }
    const pair = (await response.json()) as ViewTokenPair
    clock.set(pair.now)
    accessToken = pair.accessToken
    if (!stopped) kept.keep(pair.refreshToken)
    scheduleNext(pair.renewInSeconds * 1000)
    renewals.dispatchEvent(new Event('renewed'))
    return 'renewed'
  }

  function scheduleNext(milliseconds: number): void {
    clearTimeout(timer)
    if (!stopped) timer = schedule(milliseconds)
  }

  return {
    accessToken: () => accessToken,
    renew,
    onRenewed: (hear, signal) => renewals.addEventListener('renewed', hear, { signal }),
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
