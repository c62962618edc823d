import { createHmac } from 'node:crypto'
import { isSameSecret } from './same-secret.ts'

const prefix = 'whsec_'

/** What Standard Webhooks allow: 24 to 64 bytes in base64. */
const secretPattern = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/

/** The headers that say where a message is from. Names as they are sent. */
export interface WebhookHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/**
 * Signs a message as Standard Webhooks lay down: HMAC-SHA256 over `id.timestamp.body`. The body is never made a text.
 *
 * @param id the same for every try at one message, without a dot.
 * @param sentAt milliseconds since the epoch.
 * @param secrets each signs: a receiver that still has the former one takes the message too.
 */
export function signWebhook({
  id,
  sentAt,
  body,
  secrets,
}: {
  readonly id: string
  readonly sentAt: number
  readonly body: Uint8Array
  readonly secrets: readonly string[]
}): WebhookHeaders {
  const timestamp = String(Math.floor(sentAt / 1000))
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body)
    return `v1,${hmac.digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

/** Whether a message is signed with a secret. How old it is may matter to its receiver besides. */
export function isSignedBy(
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  secret: string,
): boolean {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': sent = '',
    'webhook-signature': signatures = '',
  } = headers
  if (!isWebhookSecret(secret)) return false
  const [expected] = signWebhook({ id, sentAt: Number(sent) * 1000, body, secrets: [secret] })[
    'webhook-signature'
  ].split(' ')
  return signatures.split(' ').some((each) => isSameSecret(each, expected ?? ''))
}

/** Whether a text is a secret that messages can be signed with: `whsec_` and 24 to 64 bytes in base64. */
export function isWebhookSecret(text: string): boolean {
  if (!secretPattern.test(text)) return false
  const { length } = keyOf(text)
  return length >= 24 && length <= 64
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(prefix.length), 'base64')
