import { WebhookError } from './errors.ts'
import { isRecord, type UnknownRecord } from './record.ts'
import type { Progress } from './session/session-events.ts'
import type { OrderedOperation, SessionStatus } from './session/types.ts'

/**
 * A message that is believed: the status of a session that has ended, what happens in an open one, an operation on a payment,
 * or something newer.
 */
export type WebhookMessage = Delivery & WebhookContent

type WebhookContent =
  | { readonly type: 'session.status'; readonly data: SessionStatus }
  | { readonly type: 'session.progress'; readonly data: Progress }
  | { readonly type: PaymentEvent; readonly data: OrderedOperation & { readonly sessionGuid: string } }
  | { readonly type: 'other'; readonly data: UnknownRecord }

type PaymentEvent = (typeof paymentEvents)[number]

const paymentEvents = [
  'payment.captured',
  'payment.capture-pending',
  'payment.capture-failed',
  'payment.refunded',
  'payment.refund-pending',
  'payment.refund-failed',
  'payment.voided',
  'payment.void-pending',
  'payment.void-failed',
] as const

interface Delivery {
  /** The same for each attempt: remember it, and a message is processed once. */
  readonly id: string
  /** When this attempt was made. */
  readonly sentAt: Date
}

export interface WebhookVerification {
  /** `whsec_…`; several while one is being replaced. */
  readonly secret: string | readonly string[]
  /** Of the request: a `Headers`, or the object that Node.js has. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** As it was received, byte for byte: what was parsed and written again has another signature. */
  readonly body: string | Uint8Array
  /** Seconds that a message may be old, or ahead. Default 300. */
  readonly tolerance?: number
  /** Milliseconds since 1970. Default: the machine’s clock. */
  readonly now?: () => number
}

/**
 * Verifies a message by Standard Webhooks: its signature, by any of the secrets, and its age. By Web Crypto, whose
 * comparison takes the same time whatever is compared.
 *
 * @throws {WebhookError} when it is not to be believed.
 * @throws {TypeError} when a secret is not one.
 *
 * @example
 * ```ts
 * const message = await verifyWebhook({ secret, headers: request.headers, body: await request.text() })
 * if (message.type === 'session.status') await settle(message.data.sessionGuid, outcomeOf(message.data))
 * ```
 */
export async function verifyWebhook({
  secret,
  headers,
  body,
  tolerance = 300,
  now = Date.now,
}: WebhookVerification): Promise<WebhookMessage> {
  const secrets = [secret].flat()
  if (secrets.length === 0) throw new TypeError('secret must not be an empty list.')
  const keys = await Promise.all(secrets.map(importKey))
  const id = headerOf(headers, 'webhook-id')
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const signatures = headerOf(headers, 'webhook-signature')
  requireFresh(timestamp, tolerance, now())
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  const signed = concatenate(encoder.encode(`${id}.${timestamp}.`), bytes)
  if (!(await isSigned(keys, signatures, signed))) {
    throw new WebhookError(
      'signature-wrong',
      'None of the signatures was made with the secret over this body.',
    )
  }
  return { id, sentAt: new Date(Number(timestamp) * 1000), ...readBody(bytes) }
}

const encoder = new TextEncoder()

async function importKey(secret: string): Promise<CryptoKey> {
  const key = decodeBase64(secret.replace(/^whsec_/, ''))
  if (!key || key.length === 0) throw new TypeError('The secret of a webhook is whsec_ and base64.')
  return crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

function headerOf(headers: WebhookVerification['headers'], name: string): string {
  const value = isHeaders(headers) ? headers.get(name) : [memberOf(headers, name)].flat()[0]
  if (!value) throw new WebhookError('header-missing', `The request has no ${name}.`)
  return value
}

/** Of whichever library: some have a class of their own. */
const isHeaders = (headers: WebhookVerification['headers']): headers is Headers =>
  typeof headers.get === 'function'

/** Some servers give headers as they were sent. */
const memberOf = (headers: Exclude<WebhookVerification['headers'], Headers>, name: string) =>
  headers[Object.keys(headers).find((each) => each.toLowerCase() === name) ?? '']

function requireFresh(timestamp: string, tolerance: number, now: number): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookError('timestamp-malformed', 'webhook-timestamp is not a number of seconds.')
  }
  const age = now / 1000 - Number(timestamp)
  if (age > tolerance) throw new WebhookError('too-old', `The message is ${Math.round(age)} seconds old.`)
  if (age < -tolerance) {
    throw new WebhookError(
      'too-new',
      `The message is ${Math.round(-age)} seconds ahead of this machine’s clock.`,
    )
  }
}

/** More than this no sender makes; each costs a computation. */
const maxSignatures = 10

async function isSigned(
  keys: readonly CryptoKey[],
  signatures: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const given = signatures
    .split(' ')
    .slice(0, maxSignatures)
    .filter((each) => each.startsWith('v1,'))
    .map((each) => decodeBase64(each.slice('v1,'.length)))
    .filter((each) => each !== undefined)
  const verified = keys.flatMap((key) => given.map((each) => crypto.subtle.verify('HMAC', key, each, signed)))
  return (await Promise.all(verified)).includes(true)
}

function concatenate(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/** An event has its content in `data` (Standard Webhooks), and a status is the whole body. */
function readBody(bytes: Uint8Array): WebhookContent {
  const body = parse(bytes)
  const { type: name, data } = body
  const type = [...paymentEvents, 'session.progress' as const].find((each) => each === name)
  if (type !== undefined && isRecord(data)) return { type, data } as unknown as WebhookContent
  if (name !== undefined || typeof body.sessionState !== 'string') return { type: 'other', data: body }
  return { type: 'session.status', data: body as unknown as SessionStatus }
}

function parse(bytes: Uint8Array): UnknownRecord {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (isRecord(data)) return data
  } catch {}
  throw new WebhookError('body-malformed', 'The body is signed, but it is not a JSON object.')
}
