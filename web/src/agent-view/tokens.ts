import type { ViewTokenPair } from '../../../server/src/vault/view-page-data.ts'

/** The page's access, renewed before it runs out. */
export interface Tokens {
  accessToken(): string
  /**
   * Gets a new pair. Calls that come while one is under way share it: a refresh token works once.
   *
   * @returns `lost` when the refresh token was refused.
   * @throws {TypeError} when the server cannot be reached; the pair is still good then.
   */
  renew(): Promise<'renewed' | 'lost'>
  stop(): void
}

const retryMilliseconds = 5_000

/** @param path the view's own path, under which `/token` is. */
export function createTokens({
  path,
  first,
  fetch,
  onLost,
}: {
  readonly path: string
  readonly first: ViewTokenPair
  readonly fetch: typeof globalThis.fetch
  /** Called when no renewal is possible any more. */
  readonly onLost: () => void
}): Tokens {
  let pair = first
  let underWay: Promise<'renewed' | 'lost'> | undefined
  let timer = schedule(first.renewInSeconds * 1000)

  function schedule(milliseconds: number) {
    return setTimeout(() => renew().catch(() => undefined), milliseconds)
  }

  function renew(): Promise<'renewed' | 'lost'> {
    underWay ??= exchange().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function exchange(): Promise<'renewed' | 'lost'> {
    clearTimeout(timer)
    timer = schedule(retryMilliseconds)
    const response = await fetch(`${path}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: pair.refreshToken }),
    })
    if (response.status >= 500 || response.status === 429) throw new TypeError('The server is not ready.')
    clearTimeout(timer)
    if (!response.ok) {
      onLost()
      return 'lost'
    }
    pair = (await response.json()) as ViewTokenPair
    timer = schedule(pair.renewInSeconds * 1000)
    return 'renewed'
  }

  return { accessToken: () => pair.accessToken, renew, stop: () => clearTimeout(timer) }
}
