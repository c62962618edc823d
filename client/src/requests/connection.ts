import { type Addresses, addressesOf, type Place } from '../addresses.ts'
import { type Clock, systemClock } from '../clock.ts'
import { type Credentials, hasOwnToken, tokenRequest } from './request-token.ts'
import type { Received, Wire } from './send-once.ts'
import { createSend, type Patience } from './send-with-retries.ts'
import { createTokenCache } from './token-cache.ts'

/** How the client behaves, where it should not do so as usual. */
export interface ConnectionOptions extends Partial<Patience> {
  /** Milliseconds for each try. Default 30,000. */
  readonly timeout?: number
  /** Default: the global one. */
  readonly fetch?: typeof fetch
  readonly clock?: Clock
}

/** A request to the Payment API, without what all of them have. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  /** Below `/globalpci`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal | undefined
  readonly timeout?: number | undefined
  readonly repeatable: boolean
}

/** Requests with a token, tried again where that is safe. */
export interface Connection extends Wire {
  send(request: ApiRequest): Promise<Received>
  /** Does something with an access token; once again, with another one, when the answer is 401. */
  withToken<T extends { readonly status: number }>(
    use: (token: string) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T>
  readonly api: Addresses['api']
  readonly timeout: number
  readonly random: () => number
}

export function createConnection({
  timeout = 30_000,
  retries = 3,
  longestWait = 60_000,
  random = Math.random,
  clock = systemClock,
  fetch = (...request) => globalThis.fetch(...request),
  ...options
}: Place & Credentials & ConnectionOptions): Connection {
  const addresses = addressesOf(options)
  requireCredentials(options)
  const wire = { fetch, clock }
  const send = createSend(wire, { retries, longestWait, random })
  const tokens = createTokenCache(
    clock,
    tokenRequest(options, { send, clock, url: addresses.token, timeout }),
  )

  async function withToken<T extends { readonly status: number }>(
    use: (token: string) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const token = await tokens.get(signal)
    const answer = await use(token)
    if (answer.status !== 401) return answer
    tokens.drop(token)
    return use(await tokens.get(signal))
  }

  return {
    ...wire,
    api: addresses.api,
    timeout,
    random,
    withToken,
    send: ({ path, headers, timeout: ownTimeout = timeout, ...rest }) =>
      withToken(
        (token) =>
          send({
            ...rest,
            timeout: ownTimeout,
            url: `${addresses.api}${path}`,
            headers: { accept: 'application/json', ...headers, authorization: `Bearer ${token}` },
          }),
        rest.signal,
      ),
  }
}

/** What a program without its environment variables would send. */
function requireCredentials(options: Credentials): void {
  if (hasOwnToken(options)) return
  if (!options.clientId || !options.clientSecret)
    throw new TypeError('clientId and clientSecret are required.')
}
