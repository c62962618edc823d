import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { parseGuid } from '../../base/guid.ts'
import { type OAuthErrorCode, Problem } from '../../base/problem.ts'
import { errorsPageAt, type Region } from '../../base/region.ts'
import { takeBodies } from '../../http/bodies/take-bodies.ts'
import type { Http } from '../../http/http.ts'
import { describeRefusal } from '../../http/refusals.ts'
import { readPresentedCredentials } from '../clients/presented-credentials.ts'
import type { Cors } from './cors.ts'
import { noParameters, readFormParameters, type SentForm } from './form-parameters.ts'
import { OAuthError } from './oauth-error.ts'

/** A request is never larger (contract/authentication §5). */
const maxBytes = 16 * 1024

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
  readonly region: Region
  /** Where pages of other origins may use it. */
  readonly cors?: Cors
  /** Hears what each request is refused with. */
  readonly refused?: (code: OAuthErrorCode, parameters: SentForm) => void
}

/**
 * Adds an endpoint that takes a form by POST and answers with JSON that nobody may keep (RFC 6749 §3.2, §5).
 * What cannot be read is `invalid_request`; a fault of ours is the 500 of contract/authentication §5.
 */
export function addOAuthEndpoint(app: Http, path: string, endpoint: OAuthEndpoint): void {
  const { handler, name, region, cors, refused } = endpoint

  function answer(request: FastifyRequest, reply: FastifyReply): ReturnType<OAuthHandler> {
    reply.headers(answerHeaders)
    return handler(parametersOf(request), request, reply)
  }

  function refuse(error: RequestError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const refusal = asOAuthError(error, request)
    describe(refusal, error, request, name)
    refused?.(refusal.code, parametersOf(request))
    return reply
      .code(refusal.status)
      .headers(answerHeaders)
      .headers(refusal.headers)
      .send(refusal.body(errorsPageAt(region, request.headers.host)))
  }

  app.register((scope, _options, done) => {
    scope.setChildLoggerFactory((logger) => logger)
    cors?.addTo(scope)
    scope.removeAllContentTypeParsers()
    takeBodies(scope, { mediaType: 'application/x-www-form-urlencoded', maxBytes, read: readFormParameters })
    scope.setErrorHandler<RequestError>(refuse)
    const refuseMethod = (request: FastifyRequest, reply: FastifyReply) => refuse(otherMethod, request, reply)
    scope.post(path, { config: { refuseMethod } }, answer)
    done()
  })
}

const parametersOf = ({ body }: FastifyRequest): SentForm => (body as SentForm | undefined) ?? noParameters

type RequestError = FastifyError | OAuthError | Problem

const otherMethod = new OAuthError('invalid_request', {
  status: 405,
  description: 'This endpoint allows only POST. Send the parameters in a form-encoded body.',
  headers: { allow: 'POST' },
  explained: true,
})

/** What the body is, and what it should be. */
function notForm({ headers }: FastifyRequest): string {
  const type = headers['content-type'] ?? ''
  const sent = /json/i.test(type) ? 'is JSON' : type === '' ? 'has no Content-Type' : 'is not form-encoded'
  return `The body ${sent}. Send a form: Content-Type application/x-www-form-urlencoded and parameters as name=value.`
}

/**
 * What cannot be read becomes `invalid_request`, what passes (too much to do, a full disk) a 503 that says when to come
 * again, and what is our own fault the 500 of the contract.
 */
function asOAuthError(error: RequestError, request: FastifyRequest): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof Problem && error.status < 500) {
    const status = error.code === 'unsupported-media-type' ? error.status : 400
    return new OAuthError('invalid_request', { status, description: error.message })
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
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new OAuthError('invalid_request', { description: notForm(request), explained: true })
  }
  if (status >= 400 && status < 500) {
    return new OAuthError('invalid_request', { description: 'The request is malformed' })
  }
  return new OAuthError('Internal Server Error', { description: 'An internal error occurred' })
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
    describeRefusal(request, { ...entry, message: `${article} ${name} request was throttled` })
  else describeRefusal(request, { ...entry, message: `${article} ${name} request was refused` })
}

/** For the log: an id in the form of one, or nothing. */
function clientIdOf(request: FastifyRequest): { clientId?: string } {
  try {
    const { id } = readPresentedCredentials(request, parametersOf(request))
    const clientId = parseGuid(id)
    return clientId === undefined ? {} : { clientId }
  } catch {
    return {}
  }
}
