import type { ProblemCode } from './problem-codes.ts'

/** One wrong member of a request: where it is (`/paymentData/Amount`), and what is wrong with it. */
export interface WrongMember {
  readonly path: string
  readonly message: string
}

/** What some problems say besides. */
interface MembersOf {
  readonly 'call-has-session': { readonly sessionGuid: string }
  readonly 'refused-by-gateway': { readonly gatewayCode?: string; readonly operationId?: string }
  readonly 'quota-exceeded': { readonly bound?: string }
  readonly 'internal-error': { readonly id?: string }
}

type Members<Code> = Readonly<Record<string, unknown>> &
  (Code extends keyof MembersOf ? MembersOf[Code] : unknown)

interface ProblemFacts {
  readonly status: number
  readonly type: string
  readonly detail: string
  readonly requestId: string | undefined
  readonly errors: readonly WrongMember[]
  readonly members: Readonly<Record<string, unknown>>
  readonly retryAfter: number | undefined
}

/** The server has refused the request, and says why (RFC 9457). */
export class ProblemError<Code extends ProblemCode | 'other' = ProblemCode | 'other'> extends Error {
  override readonly name = 'ProblemError'
  readonly kind = 'problem'
  /** `other`: a problem that this client does not know, such as one of another server. See `type` and `status`. */
  readonly code: Code
  readonly status: number
  readonly type: string
  /** What is wrong, in words; also the message of the error. */
  readonly detail: string
  /** Find the request in the server’s log by it. */
  readonly requestId: string | undefined
  /** Each wrong member of the request. */
  readonly errors: readonly WrongMember[]
  /** All members of the problem, as they were sent. */
  readonly members: Members<Code>
  /** In how many seconds to try again, where the server says so. */
  readonly retryAfter: number | undefined

  constructor(code: Code, { status, type, detail, requestId, errors, members, retryAfter }: ProblemFacts) {
    super(detail)
    this.code = code
    this.status = status
    this.type = type
    this.detail = detail
    this.requestId = requestId
    this.errors = errors
    this.members = members as Members<Code>
    this.retryAfter = retryAfter
  }
}

/** A problem, told apart by its `code`. */
export type Problem = { [Code in ProblemCode | 'other']: ProblemError<Code> }[ProblemCode | 'other']

/** What the token endpoint refuses with (RFC 6749 §5.2). */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'temporarily_unavailable'
  | (string & {})

/** The token endpoint gave no token, and says why. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly kind = 'oauth'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly requestId: string | undefined
  readonly retryAfter: number | undefined

  constructor(
    code: OAuthErrorCode,
    description: string | undefined,
    facts: Pick<ProblemFacts, 'status' | 'requestId' | 'retryAfter'>,
  ) {
    super(description === undefined ? code : `${code}: ${description}`)
    this.code = code
    this.status = facts.status
    this.requestId = facts.requestId
    this.retryAfter = facts.retryAfter
  }
}

/** No answer came: no such host, no connection, or one that broke. `cause` is what `fetch` said. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  readonly kind = 'network'

  constructor(host: string, cause: unknown) {
    super(`${host} did not answer: ${reasonOf(cause)}`, { cause })
  }
}

/** The answer, or the result, did not come in the time that was given. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
  readonly kind = 'timeout'
  readonly milliseconds: number

  constructor(what: string, milliseconds: number) {
    super(`${what} within ${milliseconds / 1000} seconds.`)
    this.milliseconds = milliseconds
  }
}

/** Something answered that is not a Payment API: a page of a proxy, a redirect (none is followed), half an answer. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError'
  readonly kind = 'unexpected'
  /** 0 where a browser hides it, for example with a redirect. */
  readonly status: number
  readonly contentType: string
  readonly requestId: string | undefined

  constructor(
    message: string,
    facts: { readonly status: number; readonly contentType: string; readonly requestId?: string | undefined },
  ) {
    super(message)
    this.status = facts.status
    this.contentType = facts.contentType
    this.requestId = facts.requestId
  }
}

/** Why a message is not believed. */
export type WebhookFault =
  | 'header-missing'
  | 'timestamp-malformed'
  | 'too-old'
  | 'too-new'
  | 'signature-wrong'
  | 'body-malformed'

/** The message is not one of your server’s, or not a fresh one. Answer 400, and do nothing with it. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  readonly kind = 'webhook'
  readonly fault: WebhookFault

  constructor(fault: WebhookFault, message: string) {
    super(message)
    this.fault = fault
  }
}

/** Each error that the client throws, told apart by `kind`; but a wrong argument, and what an `AbortSignal` gives as its reason. */
export type TonegateError =
  | Problem
  | OAuthError
  | NetworkError
  | TimeoutError
  | UnexpectedAnswerError
  | WebhookError

const classes = [ProblemError, OAuthError, NetworkError, TimeoutError, UnexpectedAnswerError, WebhookError]

/**
 * @example
 * ```ts
 * try {
 *   await tonegate.createSession(request)
 * } catch (error) {
 *   if (!isTonegateError(error)) throw error
 *   if (error.kind === 'problem' && error.code === 'call-has-session') await tonegate.cancelSession(error.members.sessionGuid)
 * }
 * ```
 */
export function isTonegateError(error: unknown): error is TonegateError {
  return classes.some((each) => error instanceof each)
}

/** `fetch` says `fetch failed`, and why in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  const { code } = cause as { readonly code?: unknown }
  return cause.message || (typeof code === 'string' ? code : error.message)
}
