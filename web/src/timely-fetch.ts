/**
 * `fetch` for pages that never wait without an end: whoever asks says after how many milliseconds it is given up, the
 * reading of its answer included. A browser that has the request in its queue then never sends it.
 */
export type TimelyFetch = (
  url: string,
  request: Omit<RequestInit, 'signal'> & { readonly within: number },
) => Promise<Response>

/** The page's own `fetch`, made timely; the one place where a page asks the server. */
export const timelyFetch: TimelyFetch = (url, { within, ...request }) => {
  const limit = new AbortController()
  setTimeout(() => limit.abort(new DOMException('No answer came in time.', 'TimeoutError')), within)
  return globalThis.fetch(url, { ...request, signal: limit.signal })
}
