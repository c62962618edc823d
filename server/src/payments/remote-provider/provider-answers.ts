import type { OutgoingAnswer } from '../../base/outgoing/outgoing.ts'
import { Problem } from '../../base/problem.ts'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import { retryAfterMilliseconds } from '../../base/retry-after.ts'
import { readJson } from '../../base/text/read-json.ts'
import { NotLaunched } from '../provider.ts'

const defaultRetrySeconds = 5
const maxRetrySeconds = 300

/** A JSON object that was answered, names in small letters; `undefined` for anything else, such as HTML. */
export function bodyOf({ body }: OutgoingAnswer): Readonly<Record<string, unknown>> | undefined {
  const value = readJson(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]))
}

/** Which problem Tonegate's vault answered with: the end of `type` (RFC 9457); empty for any other answer. */
export function problemCode(answer: OutgoingAnswer): string {
  const type = bodyOf(answer)?.type
  return typeof type === 'string' ? (/[a-z-]+$/.exec(type)?.[0] ?? '') : ''
}

/**
 * An error code as it may be shown: a word of letters, so that neither a secret nor a card number is ever repeated.
 *
 * @returns `undefined` when there is no error.
 */
export function shownCode(error: unknown, secret: string): string | undefined {
  if (error === undefined || error === null || error === false || error === '') return
  const isWord = typeof error === 'string' && /^[A-Za-z]+(_[A-Za-z]+)*$/.test(error) && error.length <= 64
  return isWord && error !== secret ? error : 'unknown_error'
}

/** `undefined` for what is no address of a page, or contains a card number. */
export function pageUrl(given: unknown): string | undefined {
  if (typeof given !== 'string' || given.length > 2048 || holdsCardNumber(given)) return undefined
  const url = URL.parse(given)
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined
}

export const refused = (detail: string): Problem => new Problem('provider-refused', detail)

/** The same problem, of a launch that certainly did not happen: the provider was not asked, or said no. */
export const notLaunched = ({ code, message, options }: Problem): NotLaunched =>
  new NotLaunched(code, message, options)

/** @param answer of a provider that has too much to do; it may say when to come again. */
export function unavailable(answer?: OutgoingAnswer): Problem {
  const seconds = retrySeconds(answer)
  return new Problem(
    'provider-unavailable',
    `The payment provider cannot be reached. Try again in ${seconds} seconds.`,
    { headers: { 'retry-after': String(seconds) } },
  )
}

/** When to come again, as the provider says within reason: a date of it is read by its own clock. */
export function retrySeconds(answer?: OutgoingAnswer): number {
  const { headers = {} } = answer ?? {}
  const said = retryAfterMilliseconds(headers, Date.parse(String(headers.date))) ?? 0
  return said > 0 ? Math.min(Math.ceil(said / 1000), maxRetrySeconds) : defaultRetrySeconds
}
