import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../base/problem.ts'
import { takeBodies } from '../../http/bodies/take-bodies.ts'
import type { Http } from '../../http/http.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import { describeRefusal } from '../../http/refusals.ts'
import { noParameters, readFormParameters, type SentForm } from '../endpoints/form-parameters.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import type { Pages } from './pages/pages.ts'

/** Answers a request for a page, or a form from one. */
export type PageHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply>

interface PageRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly handler: PageHandler
}

const maxBytes = 16 * 1024

/**
 * Adds routes whose every answer is for a browser: with the headers of a page, and where something fails with a
 * page that says so.
 */
export function addPageRoutes(
  app: Http,
  {
    routes,
    pages,
    setHeaders,
  }: {
    readonly routes: readonly PageRoute[]
    readonly pages: Pages
    readonly setHeaders: SetPageHeaders
  },
): void {
  app.register((scope, _options, done) => {
    scope.setChildLoggerFactory((logger) => logger)
    scope.removeAllContentTypeParsers()
    takeBodies(scope, { mediaType: 'application/x-www-form-urlencoded', maxBytes, read: readFormParameters })
    scope.addHook('onRequest', setHeaders)
    scope.setErrorHandler<Error>((error, request, reply) => {
      const status = statusOf(error)
      if (error instanceof Problem) reply.headers(error.options.headers ?? {})
      if (status < 500) return pages.error(request, reply, { status, reason: 'request-malformed' })
      describeRefusal(request, { err: error, message: 'a page could not be shown' })
      return pages.error(request, reply, { status, reason: 'internal' })
    })
    for (const { method, path, handler } of routes) {
      scope.route({ method, url: path, exposeHeadRoute: false, handler })
    }
    done()
  })
}

/** Of what our own code refuses, and of what Fastify could not read; anything else is a fault of ours. */
function statusOf(error: Error): number {
  if (error instanceof Problem || error instanceof OAuthError) return error.status
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
}

/** What a form holds. */
export const sentForm = ({ body }: FastifyRequest): SentForm => (body as SentForm | undefined) ?? noParameters
