import { isSameDigest } from './same-secret.ts'
import { signWebhook } from './standard-webhooks.ts'

/** A message may be so old, and its sender's clock so far ahead. */
const timestampToleranceMilliseconds = 5 * 60_000

const maxSignatures = 10

/** The headers and the body that Standard Webhooks sign. */
export interface SignedMessage {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

/** Whether a message was signed with one of the secrets within the last minutes, as Standard Webhooks lay down. */
export function isSigned({ headers, body }: SignedMessage, secrets: readonly string[], now: number): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name],
  )
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false
  if (id === '' || id.length > 255 || !/^\d{1,12}$/.test(timestamp)) return false
  const sentAt = Number(timestamp) * 1000
  if (Math.abs(now - sentAt) > timestampToleranceMilliseconds) return false
  const expected = signWebhook({ id, sentAt, body, secrets })['webhook-signature'].split(' ')
  const given = signatures.split(' ').slice(0, maxSignatures)
  return given.some((each) => expected.some((other) => isSameDigest(each, other)))
}
