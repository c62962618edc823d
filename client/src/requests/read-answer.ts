import { OAuthError, type Problem, ProblemError, UnexpectedAnswerError, type WrongMember } from '../errors.ts'
import { type ProblemCode, problemCodes } from '../problem-codes.ts'
import { isRecord, type UnknownRecord } from '../record.ts'
import { readRetryAfter } from './retry-after.ts'
import type { Received } from './send-once.ts'

/**
 * The JSON object of a successful answer.
 *
 * @param members texts that it has to have.
 * @throws {ProblemError} when the server refused the request.
 * @throws {UnexpectedAnswerError} when it is anything else.
 */
export function readAnswer(answer: Received, members: readonly string[], now: number): UnknownRecord {
  const value = parse(answer)
  if (answer.status >= 400 && isRecord(value)) throw problemOf(answer, value, now)
  if (answer.status < 200 || answer.status > 299 || !isRecord(value)) throw unexpected(answer)
  const missing = members.find((member) => typeof value[member] !== 'string')
  if (missing !== undefined) throw unexpected(answer, `it has no ${missing}`)
  return value
}

/** The same of a token endpoint. */
export function readTokenAnswer(answer: Received, now: number): UnknownRecord {
  const value = parse(answer)
  if (answer.status >= 400 && isRecord(value) && typeof value.error === 'string') {
    const description = typeof value.error_description === 'string' ? value.error_description : undefined
    throw new OAuthError(value.error, description, {
      status: answer.status,
      requestId: requestIdOf(answer),
      retryAfter: secondsToWait(answer, now),
    })
  }
  if (answer.status !== 200 || !isRecord(value)) throw unexpected(answer)
  return value
}

/** The code of a problem, where the answer is one. */
export const problemCodeOf = (answer: Received): ProblemCode | 'other' | undefined => {
  const value = answer.status >= 400 ? parse(answer) : undefined
  return isRecord(value) ? codeOf(value) : undefined
}

function parse({ text, headers }: Received): unknown {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get('content-type') ?? '')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function problemOf(answer: Received, members: UnknownRecord, now: number): Problem {
  const { detail, message, title, errors } = members
  const words = [detail, message, title].find((each) => typeof each === 'string' && each !== '')
  const facts = {
    status: answer.status,
    type: typeof members.type === 'string' ? members.type : 'about:blank',
    detail: typeof words === 'string' ? words : `The server answered ${answer.status}.`,
    requestId: requestIdOf(answer),
    errors: Array.isArray(errors) ? errors.filter(isWrongMember) : [],
    members,
    retryAfter: secondsToWait(answer, now),
  }
  return new ProblemError(codeOf(members), facts) as Problem
}

/** `type` ends in the code, behind a `#`. */
function codeOf({ type }: UnknownRecord): ProblemCode | 'other' {
  const ending = typeof type === 'string' ? type.slice(type.lastIndexOf('#') + 1) : ''
  return problemCodes.find((code) => code === ending) ?? 'other'
}

const isWrongMember = (value: unknown): value is WrongMember =>
  isRecord(value) && typeof value.path === 'string' && typeof value.message === 'string'

const requestIdOf = ({ headers }: Received): string | undefined => headers.get('x-request-id') ?? undefined

function secondsToWait({ headers }: Received, now: number): number | undefined {
  const wait = readRetryAfter(headers, now)
  return wait === undefined ? undefined : Math.ceil(wait / 1000)
}

/** Nothing of its body is quoted: who knows what is in it. */
export function unexpected(answer: Received, why?: string): UnexpectedAnswerError {
  const { host } = new URL(answer.url)
  const contentType = answer.headers.get('content-type') ?? ''
  const what = answer.redirected
    ? `a redirect${targetOf(answer)}, which is not followed; check the address`
    : `${answer.status} with ${contentType || 'no content type'}${why === undefined ? '' : `, but ${why}`}`
  return new UnexpectedAnswerError(`${host} answered ${what}.`, {
    status: answer.status,
    contentType,
    requestId: requestIdOf(answer),
  })
}

function targetOf({ url, headers }: Received): string {
  const location = headers.get('location')
  return location !== null && URL.canParse(location, url) ? ` to ${new URL(location, url).host}` : ''
}
