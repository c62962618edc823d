import { isDeepStrictEqual } from 'node:util'
import { NoAnswer, type Outgoing } from '../base/outgoing/outgoing.ts'
import { Problem, type ProblemCode, problems } from '../base/problem.ts'
import { currentRequestId } from '../base/request-scope.ts'
import { readJson } from '../base/text/read-json.ts'
import { inSpan, traceHeader } from '../base/tracing/in-span.ts'
import { requestIdHeader } from '../http/request-id.ts'
import { NotLaunched } from '../payments/provider.ts'

const askTimeoutMilliseconds = 30_000
const maxBytes = 1024 * 1024

/** Asks the other process for something, in JSON. */
export type AskOtherProcess = <Answer>(path: string, body: object) => Promise<Answer>

/**
 * A problem that the other process answers is thrown here as it was thrown there.
 *
 * @throws {NotLaunched} `provider-unavailable` when the request cannot have arrived.
 * @throws {Problem} `provider-unavailable` when there is no answer that can be used.
 */
export function createAskOtherHalf({
  send,
  peer,
  headers = {},
  signal,
}: {
  readonly send: Outgoing
  /** Where the other process listens, with the region's path. */
  readonly peer: URL
  readonly headers?: Readonly<Record<string, string>>
  /** Aborted when it is not there any more. */
  readonly signal?: AbortSignal
}): AskOtherProcess {
  return async <Answer>(path: string, body: object): Promise<Answer> => {
    const requestId = currentRequestId()
    const sent = inSpan('ask process', { kind: 'client' }, () =>
      send({
        method: 'POST',
        url: new URL(`${peer.pathname.replace(/\/$/, '')}${path}`, peer),
        headers: {
          ...headers,
          'content-type': 'application/json',
          ...(requestId !== undefined && { [requestIdHeader]: requestId }),
          ...traceHeader(),
        },
        body: Buffer.from(JSON.stringify(body)),
        ...(signal && { signal }),
        timeoutMilliseconds: askTimeoutMilliseconds,
        maxBytes,
      }),
    )
    const answer = await sent.catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error
      throw error.mayHaveArrived ? unreachable() : new NotLaunched(...unavailable)
    })
    const parsed = answer.body.length === 0 ? {} : readJson(answer.body)
    if (typeof parsed !== 'object' || parsed === null) throw unreachable()
    if (answer.status === 200) return parsed as Answer
    throw problemOf(answer.status, parsed, answer.headers['retry-after'])
  }
}

const unavailable = [
  'provider-unavailable',
  'The payment server cannot be reached. Try again shortly.',
  { headers: { 'retry-after': '5' } },
] as const

const unreachable = () => new Problem(...unavailable)

/** @param retryAfter its header, which says when to come again. */
function problemOf(
  status: number,
  body: unknown,
  retryAfter: string | readonly string[] | undefined,
): Problem {
  const {
    type,
    title,
    status: _,
    detail,
    instance,
    message,
    errors,
    ...members
  } = body as Record<string, unknown>
  const code = Object.keys(problems).find((name) => String(type).endsWith(`#${name}`)) as
    | ProblemCode
    | undefined
  if (!code || code === 'internal-error' || problems[code].status !== status) return unreachable()
  return new Problem(code, String(detail), {
    ...(Array.isArray(errors) && { errors }),
    ...(!isDeepStrictEqual(members, {}) && { members }),
    ...(typeof retryAfter === 'string' && { headers: { 'retry-after': retryAfter } }),
  })
}
