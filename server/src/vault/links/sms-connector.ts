import type { Clock } from '../../base/clock.ts'
import { statusReason } from '../../base/outgoing/no-answer-reasons.ts'
import { retryAfterMilliseconds } from '../../base/retry-after.ts'
import { readAddress } from './link-address.ts'
import { smsText } from './link-message.ts'
import type { LinkMessage, LinkSender } from './link-sender.ts'
import { NotAccepted, notReached } from './not-accepted.ts'
import { fillSmsBody, type SmsBody } from './sms-body.ts'
import { tryTwice, withDeadline } from './try-twice.ts'

/** How a provider of text messages is asked to send one. */
export interface SmsSettings {
  readonly url: string
  /** Credentials, mostly. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: SmsBody
}

const server = 'SMS provider'
const maxMilliseconds = 10_000

/**
 * Sends links by text message, through any provider that takes a message by one HTTP POST and says with a status of
 * 2xx that it has taken it. Of the answer nothing but the status is read, and redirects are not followed: the link is for
 * the one address that was configured.
 */
export function createSmsConnector(
  { url, headers, body }: SmsSettings,
  { clock, fetch }: { readonly clock: Clock; readonly fetch: typeof globalThis.fetch },
): LinkSender {
  async function attempt(message: LinkMessage): Promise<void> {
    const read = readAddress('sms', message.to)
    if ('wrong' in read) {
      throw new NotAccepted('The recipient is not a phone number.', { isTemporary: false })
    }
    const to = read.address
    const { type, text } = fillSmsBody(body, { to, digits: to.slice(1), text: smsText(message) })
    const sentHeaders = new Headers({ 'content-type': type, accept: 'application/json' })
    for (const [name, value] of Object.entries(headers)) sentHeaders.set(name, value)
    const { status, retryAfter } = await withDeadline(
      async (signal) => {
        const request = {
          method: 'POST',
          redirect: 'manual',
          headers: sentHeaders,
          body: text,
          signal,
        } as const
        const response = await fetch(url, request).catch((error: unknown) => {
          throw unanswered(error, signal)
        })
        response.body?.cancel().catch(() => {})
        const headers = { 'retry-after': response.headers.get('retry-after') ?? undefined }
        return { status: response.status, retryAfter: retryAfterMilliseconds(headers, clock.now()) }
      },
      maxMilliseconds,
      clock,
    )
    if (status >= 200 && status < 300) return
    const isTemporary = status === 429 || status === 503
    throw new NotAccepted(`The ${server} ${statusReason(status)}.`, { isTemporary, retryAfter })
  }

  return { send: (message) => tryTwice(() => attempt(message), clock) }
}

/** What `fetch` says of an error may name the URL, which may hold a key. */
function unanswered(error: unknown, signal: AbortSignal): NotAccepted {
  if (signal.aborted) return new NotAccepted(`The ${server} did not answer in time.`, { isTemporary: false })
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  return notReached(server, cause?.code)
}
