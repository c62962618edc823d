import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { parseGuid } from '../base/guid.ts'
import type { Http } from '../base/http.ts'
import { Problem } from '../base/problem.ts'
import { describeRefusal } from '../base/refusals.ts'
import { takeBodies } from '../base/take-bodies.ts'
import { readPresentedCredentials } from './clients/presented-credentials.ts'
import type { Cors } from './cors.ts'
import { noParameters, readFormParameters, type SentForm } from './form-parameters.ts'
import { OAuthError } from './oauth-error.ts'

/** A request is never larger (contract/authentication §5). */
const mostBytes = 16 * 1024

const answerHeaders = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-type': 'application/json; charset=utf-8',
}

/**
 * Answers a request to an OAuth endpoint: with JSON, or, for an empty body, with the reply that it has sent.
 *
 * @throws {OAuthError} what the request is refused with.
 */
export type OAuthHandler = (
  parameters: SentForm,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<string | FastifyReply>

interface OAuthEndpoint {
  readonly handler: OAuthHandler
  /** What its requests are called in the log. */
  readonly name: 'token' | 'revocation' | 'introspection'
  /** Where pages of other origins may use it. */
  readonly cors?: Cors
}

/**
 * Adds an endpoint that takes a form by POST and answers with JSON that nobody may keep (RFC 6749 §3.2, §5).
 * What cannot be read is `invalid_request`; a fault of ours is the 500 of contract/authentication §5.
 */
export function addOAuthEndpoint(app: Http, path: string, endpoint: OAuthEndpoint): void {
  const { handler, name, cors } = endpoint

  function answer(request: FastifyRequest, reply: FastifyReply): ReturnType<OAuthHandler> {
    reply.headers(answerHeaders)
    return handler((request.body as SentForm | undefined) ?? noParameters, request, reply)
  }

  app.register((scope, _options, done) => {
    scope.setChildLoggerFactory((logger) => logger)
    cors?.addTo(scope)
    scope.removeAllContentTypeParsers()
    takeBodies(scope, { mediaType: 'application/x-www-form-urlencoded', mostBytes, read: readFormParameters })
    scope.setErrorHandler<FastifyError | OAuthError | Problem>((error, request, reply) => {
      const refusal = asOAuthError(error)
      describe(refusal, error, request, name)
      return reply.code(refusal.status).headers(answerHeaders).headers(refusal.headers).send(refusal.body)
    })
    scope.post(path, answer)
    done()
  })
}

const unreadable: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body has more than 16 KiB',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body is not form-encoded',
}

/**
 * What cannot be read becomes `invalid_request`, what passes (too much to do, a full disk) a 503 that says when to come again, and what is our own
 * fault the 500 of the contract.
 */
function asOAuthError(error: FastifyError | OAuthError | Problem): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof Problem && error.status < 500) {
    return new OAuthError('invalid_request', { description: error.message })
  }
  if (error instanceof Problem && error.status === 503) {
    const { message: description, options } = error
    return new OAuthError('temporarily_unavailable', {
      status: 503,
      description,
      headers: options.headers ?? {},
    })
  }
  const [code, status] = 'statusCode' in error ? [error.code, error.statusCode ?? 500] : ['', 500]
  if (status >= 400 && status < 500) {
    return new OAuthError('invalid_request', { description: unreadable[code] ?? 'The request is malformed' })
  }
  return new OAuthError('Internal Server Error', { description: 'An internal server error occurred' })
}

/** What its line in the log says. */
function describe(
  refusal: OAuthError,
  cause: Error,
  request: FastifyRequest,
  name: OAuthEndpoint['name'],
): void {
  const entry = { code: refusal.code, error: refusal.code, ...clientIdOf(request) }
  const article = name === 'introspection' ? 'an' : 'a'
  if (refusal.status >= 500)
    describeRefusal(request, { ...entry, err: cause, message: `${article} ${name} request failed` })
  else if (refusal.status === 429)
    describeRefusal(request, { ...entry, message: `${name} requests are throttled` })
  else describeRefusal(request, { ...entry, message: `${article} ${name} request was refused` })
}

/** For the log: an id in the form of one, or nothing. */
function clientIdOf({ headers, body }: FastifyRequest): { clientId?: string } {
  try {
    const { id } = readPresentedCredentials(headers.authorization, (body as SentForm) ?? noParameters)
    const clientId = parseGuid(id)
    return clientId === undefined ? {} : { clientId }
  } catch {
    return {}
  }
}
