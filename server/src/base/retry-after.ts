/** `Retry-After` is kept to for at most so long: an hour. */
const maxRetryAfterMilliseconds = 3_600_000

/**
 * How long the other side wants to be left alone (RFC 9110 §10.2.3): seconds, or an HTTP date. A date that has passed is
 * no time at all.
 *
 * @returns at most an hour; `undefined` where it says nothing that can be read.
 */
export function retryAfterMilliseconds(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  now: number,
): number | undefined {
  const text = String([headers['retry-after']].flat()[0] ?? '').trim()
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1000, maxRetryAfterMilliseconds)
  const at = httpDate.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at - now) ? undefined : Math.min(Math.max(at - now, 0), maxRetryAfterMilliseconds)
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, which is all that a server may send (RFC 9110 §5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/
