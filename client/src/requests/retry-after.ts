/**
 * How many milliseconds a server asks to wait (RFC 9110 §10.2.3): seconds, or a date. A date is compared with the `Date` that
 * the same server has sent, so that it does not matter whose clock is wrong.
 *
 * @param now milliseconds since 1970, for a server that sends no `Date`.
 */
export function readRetryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // No number is a date: what is left of a malformed one would be a year.
  const until = /^[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(until)) return undefined
  const sent = Date.parse(headers.get('date') ?? '')
  return Math.max(0, until - (Number.isNaN(sent) ? now : sent))
}
