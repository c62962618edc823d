import type { FastifyReply, FastifyRequest } from 'fastify'
import { takeBodies } from '../../http/bodies/take-bodies.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { ReadAuthorizationRequest } from './authorization-request.ts'
import { type Decision, decideAuthorization } from './decide-authorization.ts'
import { answerRefusal, answerUnreadable, asRefused } from './refuse-authorization.ts'
import { RefusedRequest } from './refused-request.ts'
import { queryOf, readSentParameters, type SentParameters } from './sent-parameters.ts'

interface AuthorizeEndpoint extends Decision {
  readonly read: ReadAuthorizationRequest
  readonly setHeaders: SetPageHeaders
}

/**
 * `GET` and `POST /auth/connect/authorize` (RFC 6749 §3.1): asks the person who they are, and where it must
 * whether they allow it, and sends their browser back to the client with a code or a token.
 */
export function addAuthorizeEndpoint(app: Http, path: string, endpoint: AuthorizeEndpoint): void {
  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { parameters, doubled } = sentBy(request)
    try {
      const authorization = await endpoint.read(parameters, doubled)
      return await decideAuthorization(endpoint, authorization, request, reply).catch((error) => {
        throw asRefused(endpoint, error, authorization, request)
      })
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error
      const refusal = { refused: error, uiLocales: parameters.get('ui_locales') }
      return answerRefusal(endpoint, refusal, request, reply)
    }
  }

  app.register((scope, _options, done) => {
    scope.setChildLoggerFactory((logger) => logger)
    scope.removeAllContentTypeParsers()
    takeBodies(scope, { mediaType: formMediaType, maxBytes, read: keepBody })
    scope.addHook('onRequest', endpoint.setHeaders)
    scope.setErrorHandler<Error>((error, request, reply) => answerUnreadable(endpoint, error, request, reply))
    scope.route({ method: ['GET', 'POST'], url: path, exposeHeadRoute: false, handler: answer })
    done()
  })
}

const formMediaType = 'application/x-www-form-urlencoded'
const maxBytes = 16 * 1024

/** Which parameters came twice matters to the answer, so that the body is read by its handler. */
const keepBody = (body: Buffer) => body

/** The query, or the body of a POST, whose query says nothing (OpenID Connect Core §3.1.2.1). */
function sentBy({ method, url, body }: FastifyRequest): SentParameters {
  if (method !== 'POST') return readSentParameters(queryOf(url))
  return readSentParameters(Buffer.isBuffer(body) ? body : Buffer.alloc(0))
}
