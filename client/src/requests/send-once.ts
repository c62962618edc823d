import type { Clock } from '../clock.ts'
import { NetworkError, TimeoutError } from '../errors.ts'

/** A request, and how long its answer may take. */
export interface Sending {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** An answer that has come whole. */
export interface Received {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** A browser hides where a redirect leads, and its status. */
  readonly redirected: boolean
}

export interface Wire {
  readonly fetch: typeof fetch
  readonly clock: Clock
}

/**
 * One request. No redirect is followed: it would carry token or client secret to a host that nobody has named.
 *
 * @throws {NetworkError | TimeoutError} or the reason of the signal.
 */
export async function sendOnce(wire: Wire, sending: Sending): Promise<Received> {
  return withResponse(wire, sending, async (response) => ({
    url: sending.url,
    status: response.status,
    headers: response.headers,
    text: await response.text(),
    redirected: isRedirect(response),
  }))
}

export const isRedirect = ({ status, type }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400)

/** Sends the request, and has its answer read, all within its time. */
async function withResponse<T>(
  wire: Wire,
  sending: Sending,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  return watched(wire, sending, stop, async () => read(await request(wire, sending, stop.signal)))
}

/** Sends the request. Its answer’s body is read by the caller, until the signal is aborted. */
export function request({ fetch }: Wire, sending: Sending, stop: AbortSignal): Promise<Response> {
  const { url, method, headers, body, signal } = sending
  return fetch(url, {
    method,
    headers,
    redirect: 'manual',
    signal: signal ? AbortSignal.any([signal, stop]) : stop,
    ...(body !== undefined && { body }),
  })
}

/** Stops the work when its time is over, and says what went wrong with it in the client’s own errors. */
export async function watched<T>(
  { clock }: Wire,
  { url, timeout, signal }: Pick<Sending, 'url' | 'timeout' | 'signal'>,
  stop: AbortController,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const { host } = new URL(url)
  const timer = new AbortController()
  clock.sleep(timeout, timer.signal).then(
    () => stop.abort(new TimeoutError(`${host} did not answer`, timeout)),
    () => {},
  )
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (stop.signal.aborted) throw stop.signal.reason
    throw new NetworkError(host, error)
  } finally {
    timer.abort()
  }
}
