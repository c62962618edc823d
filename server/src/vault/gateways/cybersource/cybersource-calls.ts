import { createHash } from 'node:crypto'
import { createBoundedCache } from '../../../base/bounded-cache.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import type { FollowUpMemory } from '../../model/gateway.ts'
import { type ApiPost, createApiCalls, defaultTimeout } from '../api-calls.ts'
import { type AskedAnswer, askGateway, UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { type CybersourceSettings, defaultSettings } from './cybersource-settings.ts'

/** `made`: CyberSource made something of the request, be it a decline. `refused`: it made nothing of it. */
export type CybersourceAnswer =
  | { readonly is: 'made'; readonly object: Json }
  | {
      readonly is: 'refused'
      readonly reason: string
      /** In CyberSource's own words, which may hold anything. */
      readonly said?: string
    }

export type CybersourceCalls = ReturnType<typeof createCybersourceCalls>

const accept = 'application/hal+json;charset=utf-8'
const maxUnclear = 10_000

/**
 * Calls CyberSource's REST API, and tells its refusals from answers that tell nothing.
 *
 * @param send authenticates what it sends.
 */
export function createCybersourceCalls({
  settings,
  send,
  now,
}: {
  readonly settings: CybersourceSettings
  readonly send: Outgoing
  readonly now: () => number
}) {
  const known = { ...defaultSettings, ...settings }
  const urlOf = (path: string) => new URL(path, known.baseUrl)
  const api = createApiCalls({
    send,
    urlOf,
    headers: { accept },
    contentType: 'application/json;charset=utf-8',
    keyHeader: 'v-c-idempotency-id',
    maxBytes: 2 * 1024 * 1024,
    verdictOf,
  })

  return {
    ...api,
    now,
    settings: known,
    memoryOf: createMemories(),
    /** What a resource answers, where that is no payment. @throws {NotSent} @throws {NoAnswer} */
    look: (path: string, signal: AbortSignal) =>
      askGateway(send, {
        method: 'GET',
        url: urlOf(path),
        headers: { accept },
        timeoutMilliseconds: defaultTimeout,
        signal,
      }),
    /** Sends a body of another kind than JSON, and hands out what comes back. The body is overwritten. @throws {NoAnswer} */
    exchange: ({ path, body, signal, type }: Exchange) =>
      send({
        method: 'POST',
        url: urlOf(path),
        body,
        wipeBody: true,
        timeoutMilliseconds: defaultTimeout,
        headers: { 'content-type': type, accept: 'application/jwt' },
        signal,
      }),
  }
}

/** What this process asked for by itself, where no row remembers it. */
function createMemories(): (key: string) => FollowUpMemory {
  const unclear = createBoundedCache<string, number>(maxUnclear)
  return (key) => ({
    askedAt: async () => unclear.get(key),
    asks: async (now) => void unclear.set(key, now),
    forget: async () => void unclear.delete(key),
  })
}

interface Exchange extends Pick<ApiPost, 'path' | 'body' | 'signal'> {
  /** The media type of the body. */
  readonly type: string
}

/**
 * How a request is known again. `code` is what the search finds it by. `transactionId` is what a processor of Visa
 * Platform Connect refuses to see twice in 60 days, and what a time-out reversal names; it has 30 characters at most.
 */
export const referenceOf = (key: string) => ({
  code: key,
  transactionId: createHash('sha256').update(key).digest('hex').slice(0, 30),
})

/** @throws {UnclearAnswer} when an answer names another request than the one that was asked with this key. */
export function refuseOther(answer: Json, key: string): void {
  const code = textIn(objectIn(answer, 'clientReferenceInformation'), 'code')
  if (code !== undefined && code !== key) throw new UnclearAnswer('an answer to another request')
}

/** A reason that says less than it seems to: something was made of an earlier request, or may have been of this one. */
const unclearReasons = new Set(['DUPLICATE_REQUEST', 'PROCESSOR_UNAVAILABLE'])

/**
 * What an answer says. 201 has made a transaction, 200 is what a question is answered with. 400 is a request that was not
 * processed, in CyberSource's own words; 401, 403, 404 and 429 are its own words too, of the front door
 * (`response.rmsg`). 502 is a failure or a time-out inside, after which nobody knows; so after anything else.
 * `DUPLICATE_REQUEST` speaks of this request, but there was another with its key; `PROCESSOR_UNAVAILABLE` may have been
 * found out after the processor was asked.
 */
function verdictOf({ status, json }: AskedAnswer): CybersourceAnswer {
  const state = textIn(json, 'status')
  if ((status === 201 || status === 200) && json && state !== 'SERVER_ERROR' && state !== 'INVALID_REQUEST') {
    return { is: 'made', object: json }
  }
  const reason = textIn(json, 'reason') ?? textIn(objectIn(json, 'errorInformation'), 'reason')
  if ([400, 201].includes(status) && state === 'INVALID_REQUEST' && reason && !unclearReasons.has(reason)) {
    const said = textIn(json, 'message')
    return { is: 'refused', reason, ...(said !== undefined && { said }) }
  }
  const atTheDoor = textIn(objectIn(json, 'response'), 'rmsg')
  if ([400, 401, 403, 404, 429].includes(status) && atTheDoor) {
    return { is: 'refused', reason: String(status), said: atTheDoor }
  }
  throw new UnclearAnswer(`status ${status}`)
}
