import { signWebhook } from '../../../base/signing/standard-webhooks.ts'
import type { GatewayParts } from '../accounts/gateway-kind.ts'
import { type ApiPost, createApiCalls } from '../api-calls.ts'
import { type AskedAnswer, UnclearAnswer } from '../ask-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import type { ConnectorOperation } from './connector-request.ts'
import type { ConnectorSettings } from './connector-settings.ts'

interface Post {
  readonly operation: ConnectorOperation
  /** The message's: a receiver may throw away what it has seen before. */
  readonly id: string
  readonly key: string
  readonly body: Buffer
  readonly timeoutMilliseconds: number
  readonly signal: AbortSignal
}

interface Asked {
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

export type ConnectorCalls = ReturnType<typeof createConnectorCalls>

const maxFollowUp = 60_000

/**
 * Calls the endpoint: each operation is a signed POST of JSON. Only with status 200, or with one of 4xx where a new
 * payment was not processed, an answer says something.
 */
export function createConnectorCalls({
  settings: { url, secrets, insideNetwork },
  send,
  sendInside,
  clock,
}: Pick<GatewayParts<ConnectorSettings>, 'settings' | 'send' | 'sendInside' | 'clock'>) {
  const endpoint = new URL(url)
  const api = createApiCalls({
    send: insideNetwork ? sendInside : send,
    urlOf: (path) => addressOf(endpoint, path),
    headers: { accept: 'application/json' },
    contentType: 'application/json',
    keyHeader: 'idempotency-key',
    maxBytes: 64 * 1024,
    verdictOf,
  })

  /** The body is overwritten. @throws {UnclearAnswer} @throws {NotSent} */
  function post({ operation, id, key, body, timeoutMilliseconds, signal }: Post): Promise<Json> {
    const headers = { ...signWebhook({ id, sentAt: clock.now(), body, secrets }) }
    return api.post({ path: operation, headers, body, idempotencyKey: key, timeoutMilliseconds, signal })
  }

  /** Says in JSON what is wanted. @throws {UnclearAnswer} @throws {NotSent} */
  function postJson(operation: ConnectorOperation, order: Asked, more: object): Promise<Json> {
    const { idempotencyKey: key, signal } = order
    const body = Buffer.from(JSON.stringify({ version: 1, operation, idempotencyKey: key, ...more }))
    const asks = operation === 'reconcile' ? `-${clock.now()}` : ''
    const id = `${operation}-${key}${asks}`
    return post({ operation, id, key, body, timeoutMilliseconds: maxFollowUp, signal })
  }

  return { endpoint, post, postJson }
}

/** The operation is in the body, which is signed, and at the end of the path, for whoever directs requests. */
function addressOf(endpoint: URL, operation: string): URL {
  const url = new URL(endpoint)
  url.pathname = `${endpoint.pathname.replace(/\/$/, '')}/${operation}`
  return url
}

function verdictOf({ status, json }: AskedAnswer, request?: ApiPost): Json {
  const isPayment = request?.path === 'authorise' || request?.path === 'authorise-kept'
  const isHeard = status === 200 || (isPayment && isOwnError(status, json))
  if (!json || !isHeard) throw new UnclearAnswer(`status ${status}${json ? '' : ', and no JSON'}`)
  // An endpoint that says which request it answers answers this one.
  if (![undefined, request?.idempotencyKey].includes(textIn(json, 'idempotencyKey'))) {
    throw new UnclearAnswer('another request')
  }
  return json
}

/** The statuses of requests that were not processed, for an endpoint that says so in the schema's words. */
const ownErrors = new Set([400, 401, 403, 404, 422, 429])

const isOwnError = (status: number, json: Json | undefined): boolean =>
  ownErrors.has(status) && json?.status === 'error'
