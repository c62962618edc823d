import type { Clock } from '../clock.ts'
import { isTonegateError, NetworkError, TimeoutError, UnexpectedAnswerError } from '../errors.ts'

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
  const stop = new AbortController()
  const { url } = sending
  try {
    return await watched(wire, sending, stop, async () => {
      const response = await request(wire, sending, stop.signal)
      const { status, headers } = response
      return { url, status, headers, text: await readText(url, response), redirected: isRedirect(response) }
    })
  } finally {
    stop.abort()
  }
}

export const isRedirect = ({ status, type }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400)

const longestAnswer = 8 * 1024 * 1024

/** @throws {UnexpectedAnswerError} when it is more than any Payment API answers. */
export async function readText(url: string, { status, headers, body }: Response): Promise<string> {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let length = 0; ; ) {
    const { done = true, value } = (await reader?.read()) ?? {}
    if (done) return text + decoder.decode()
    length += value?.length ?? 0
    if (length > longestAnswer) {
      const facts = { status, contentType: headers.get('content-type') ?? '' }
      throw new UnexpectedAnswerError(`${new URL(url).host} answered more than 8 MiB.`, facts)
    }
    text += decoder.decode(value, { stream: true })
  }
}

/** What a header can carry. Of anything else, `fetch` would quote the header in its error. */
export const isHeaderText = (text: unknown): text is string =>
  typeof text === 'string' && /^[\x20-\x7e]+$/.test(text)

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
    if (isTonegateError(error)) throw error
    throw new NetworkError(host, error)
  } finally {
    timer.abort()
  }
}
