import type { Clock } from '../base/clock.ts'
import { NoAnswer, type Outgoing, type OutgoingAnswer } from '../base/outgoing/outgoing.ts'
import { readJson } from '../base/text/read-json.ts'
import { ApiFault, membersOf, unexpectedAnswer, withoutAnswer } from './answers.ts'
import { pause } from './pause.ts'
import type { Target } from './target.ts'
import type { Tokens } from './tokens.ts'

/** A request to the Payment API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  /** Below the API’s base: `/v1/session`. */
  readonly path: string
  readonly body?: unknown
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

/**
 * Sends a request to the Payment API, again where that is worth it and harmless: it has an `Idempotency-Key`, or only reads.
 *
 * @returns the members of the answer.
 * @throws {ToolFault} that there is no answer, or which error it is.
 */
export type Api = (request: ApiRequest) => Promise<Readonly<Record<string, unknown>>>

const timeoutMilliseconds = 15_000
const maxTries = 4
/** Two of them are half of the minute that most clients give a tool. */
const maxTimeouts = 2
/** A caller is on the line: who is to come again later than this is told so. */
const maxWaitMilliseconds = 5000

export function createApi({
  target,
  tokens,
  send,
  clock,
}: {
  readonly target: () => Target
  readonly tokens: Tokens
  readonly send: Outgoing
  readonly clock: Clock
}): Api {
  async function exchange(request: ApiRequest, token: string): Promise<OutgoingAnswer> {
    const { method, path, body, idempotencyKey, signal } = request
    return send({
      method,
      url: new URL(`${target().apiUrl}${path}`),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
      timeoutMilliseconds,
      ...(signal && { signal }),
    })
  }

  /** A token that was revoked, or signed by a key that is no longer valid, is replaced once. */
  async function authorized(request: ApiRequest): Promise<OutgoingAnswer> {
    const token = await tokens.current()
    const answer = await exchange(request, token)
    if (answer.status !== 401) return answer
    tokens.drop(token)
    return exchange(request, await tokens.current())
  }

  async function once(request: ApiRequest): Promise<Readonly<Record<string, unknown>>> {
    const answer = await authorized(request)
    const { status, headers, body } = answer
    const isJson = /[/+]json\b/.test(String([headers['content-type']].flat()[0] ?? ''))
    const read = isJson ? readJson(body) : undefined
    if (read === undefined || (status >= 300 && status < 400)) throw unexpected(answer)
    if (status < 200 || status > 299) throw new ApiFault(answer, clock.now())
    return membersOf(read)
  }

  const unexpected = (answer: OutgoingAnswer) =>
    answer.status === 429 || answer.status >= 500
      ? new ApiFault(answer, clock.now())
      : unexpectedAnswer(answer)

  return async (request) => {
    const mayRepeat = request.method === 'GET' || request.idempotencyKey !== undefined
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(request)
      } catch (error) {
        const wait = waitBeforeNext(error, tries)
        if (tries >= maxTries || wait === undefined || !(mayRepeat || isRefusal(error)))
          throw inWords(error, request)
        await pause(wait, { clock, signal: request.signal })
      }
    }
  }
}

/** It was not let in, so that nothing can have been done. */
const isRefusal = (error: unknown): boolean => error instanceof ApiFault && error.status === 429

const passing = new Set([429, 500, 502, 503, 504])

/** `undefined` where another try would change nothing, or is to come later than a caller would wait. */
function waitBeforeNext(error: unknown, tries: number): number | undefined {
  const backOff = 250 * 2 ** (tries - 1)
  if (error instanceof NoAnswer) {
    const tooLong = error.fault === 'timeout' && tries >= maxTimeouts
    return tooLong || error.fault === 'aborted' ? undefined : backOff
  }
  if (!(error instanceof ApiFault)) return undefined
  if (!passing.has(error.status) && error.code !== 'idempotency-in-progress') return undefined
  const wait = error.retryAfter ?? backOff
  return wait <= maxWaitMilliseconds ? wait : undefined
}

function inWords(error: unknown, { method }: ApiRequest): unknown {
  return error instanceof NoAnswer ? withoutAnswer(error, method === 'POST') : error
}
