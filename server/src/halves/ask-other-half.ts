import { isDeepStrictEqual } from 'node:util'
import { NoAnswer, type Outgoing } from '../base/outgoing.ts'
import { Problem, type ProblemCode, problems } from '../base/problem.ts'
import { NotLaunched } from '../payments/provider.ts'

const longestMilliseconds = 30_000
const mostBytes = 1024 * 1024

/** Asks the other half for something, in JSON. */
export type AskOtherHalf = <Answer>(path: string, body: object) => Promise<Answer>

/**
 * A problem that the other half answers is thrown here as it was thrown there.
 *
 * @throws {NotLaunched} `provider-unavailable` when the request cannot have arrived.
 * @throws {Problem} `provider-unavailable` when there is no answer that can be used.
 */
export function createAskOtherHalf({
  send,
  peer,
}: {
  readonly send: Outgoing
  /** Where the other half listens, with the region's path. */
  readonly peer: URL
}): AskOtherHalf {
  return async <Answer>(path: string, body: object): Promise<Answer> => {
    const answer = await send({
      method: 'POST',
      url: new URL(`${peer.pathname.replace(/\/$/, '')}${path}`, peer),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      timeoutMilliseconds: longestMilliseconds,
      mostBytes,
    }).catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error
      throw error.mayHaveArrived ? unreachable() : new NotLaunched(...unavailable)
    })
    const parsed = jsonObject(answer.body)
    if (answer.status === 200 && parsed) return parsed as Answer
    throw problemOf(answer.status, parsed ?? {})
  }
}

const unavailable = [
  'provider-unavailable',
  'The payment server cannot be reached.',
  { headers: { 'retry-after': '5' } },
] as const

const unreachable = () => new Problem(...unavailable)

function jsonObject(body: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function problemOf(status: number, body: unknown): Problem {
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
  })
}
