/**
 * Every error that a caller of the Payment API, of the pages behind it or of the sandbox can be shown:
 * code → status and title (RFC 9457). `docs/errors.md` has a section for each; a test compares the two.
 */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'unknown-account-configuration': { status: 400, title: 'The account configuration does not exist' },
  'card-data-refused': { status: 400, title: 'Card data is not allowed in the request' },
  unauthorized: { status: 401, title: 'An access token is required' },
  'invalid-token': { status: 401, title: 'The access token is not valid' },
  'forged-notification': { status: 401, title: 'The notification is not from the gateway' },
  'invalid-dpop-proof': { status: 401, title: 'The DPoP proof is not valid' },
  'insufficient-scope': { status: 403, title: 'The access token lacks a scope' },
  'person-without-agent': { status: 403, title: 'The token’s user is not an agent' },
  'foreign-agent': { status: 403, title: 'The token belongs to another agent' },
  'view-closed': { status: 403, title: 'The agent view has been closed' },
  'kept-card-refused': { status: 403, title: 'Only a back end may charge kept cards here' },
  'skip-call-transfer-refused': {
    status: 403,
    title: 'skipCallTransfer is not allowed in a production account',
  },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'no-live-call': { status: 409, title: 'The agent is not on a call' },
  'call-has-session': { status: 409, title: 'The call already has an open payment session' },
  'call-not-secured': { status: 409, title: 'No session listens to this call' },
  'refused-by-gateway': { status: 409, title: 'The gateway refused the operation' },
  'session-ended': { status: 409, title: 'The session has ended' },
  'command-late': { status: 409, title: 'The command arrived too late' },
  'not-possible-now': { status: 409, title: 'Not possible in the current state' },
  'idempotency-in-progress': {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The request body has an unsupported type' },
  'misdirected-request': { status: 421, title: 'This server does not serve that region' },
  'idempotency-mismatch': {
    status: 422,
    title: 'The Idempotency-Key was already used for a different request',
  },
  'amount-not-possible': { status: 422, title: 'The payment does not allow this amount' },
  'quota-exceeded': {
    status: 429,
    title: 'Too many requests',
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
  },
  'internal-error': { status: 500, title: 'An internal error occurred' },
  'provider-refused': { status: 502, title: 'The payment provider refused the request' },
  'link-not-sent': { status: 502, title: 'The link could not be sent' },
  'provider-unavailable': { status: 503, title: 'The payment provider cannot be reached' },
  'telephone-unavailable': { status: 503, title: 'The phone system cannot be reached' },
  'storage-unavailable': { status: 503, title: 'Nothing can be stored at the moment' },
  overloaded: { status: 503, title: 'The server is overloaded' },
} as const satisfies Record<string, { status: number; title: string; type?: string }>

export type ProblemCode = keyof typeof problems

/** One wrong member of a request: where it is (`/paymentData/Amount`) and what is wrong with it. */
export interface WrongMember {
  readonly path: string
  readonly message: string
}

interface ProblemOptions {
  readonly errors?: readonly WrongMember[]
  /** Extension members of the problem (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** For the log alone: who was refused, as far as that is known. */
  readonly refused?: {
    readonly clientId: string
    readonly accountId: number
    readonly userId?: string
    readonly agentId?: string
  }
}

/** An error that the caller is meant to see. Anything else that is thrown becomes `internal-error`. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly options: ProblemOptions

  /** @param detail what is wrong with this request, in words that its sender can act upon. */
  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail)
    this.name = 'Problem'
    this.code = code
    this.options = problems[code].status === 503 ? comingAgain(options) : options
  }

  get status(): number {
    return problems[this.code].status
  }
}

/** Seconds; who is told nothing else does not come again at once, and not never. */
const defaultRetryAfter = '5'

/** Whatever passes says when to come again (contract/payment-api §6). */
const comingAgain = (options: ProblemOptions): ProblemOptions => ({
  ...options,
  headers: { 'retry-after': defaultRetryAfter, ...options.headers },
})

export const problemMediaType = 'application/problem+json; charset=utf-8'

/**
 * The body of a problem: RFC 9457, with a `message` for clients that were written before it
 * (contract/payment-api §6).
 *
 * @param documentation the page whose `#code` explains the error; it makes `type` an absolute URI.
 * @param instance the path of the request.
 */
export function problemBody(
  problem: Problem,
  { documentation, instance }: { readonly documentation: string; readonly instance: string },
): Record<string, unknown> {
  const entry: { status: number; title: string; type?: string } = problems[problem.code]
  return {
    type: entry.type ?? `${documentation}#${problem.code}`,
    title: entry.title,
    status: entry.status,
    detail: problem.message,
    instance,
    message: problem.message,
    ...(problem.options.errors && { errors: problem.options.errors }),
    ...problem.options.members,
  }
}

/** The errors of the OAuth endpoints (RFC 6749 §5.2, contract/authentication §5): code → status. */
export const oauthErrors = {
  invalid_request: 400,
  invalid_client: 400,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  invalid_dpop_proof: 400,
  temporarily_unavailable: 429,
  'Internal Server Error': 500,
} as const satisfies Record<string, number>

export type OAuthErrorCode = keyof typeof oauthErrors

/**
 * The errors that go back to a client by the person's browser (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6).
 */
export const authorizationErrors = [
  'invalid_request',
  'unauthorized_client',
  'access_denied',
  'unsupported_response_type',
  'invalid_scope',
  'login_required',
  'consent_required',
  'request_not_supported',
  'request_uri_not_supported',
  'temporarily_unavailable',
  'server_error',
] as const

export type AuthorizationErrorCode = (typeof authorizationErrors)[number]
