import AjvCompiler from '@fastify/ajv-compiler'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify'
import type { Log } from '../base/log.ts'
import type { Parts } from '../base/parts.ts'
import { Problem, problemBody, problemMediaType, type WrongMember } from '../base/problem.ts'
import { errorsPageAt } from '../base/region.ts'
import { currentRequestId } from '../base/request-scope.ts'
import { printable } from '../base/text/printable.ts'
import { FormBody } from './bodies/form-body.ts'
import { parseJsonBody } from './bodies/json-body.ts'
import { parseSecretJson } from './bodies/secret-json.ts'
import { takeBodies } from './bodies/take-bodies.ts'
import { meterRequests } from './meter-requests.ts'
import { createRefusals, describeRefusal, refusalLine } from './refusals.ts'
import { createRequestIds, requestIdHeader } from './request-id.ts'
import type { RequestMeter, StreamName } from './request-meter.ts'
import { shownPath } from './shown-path.ts'
import { traceRequests } from './trace-requests.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers OPTIONS at the route's path, where pages of other origins may use it; false when it did not. */
    readonly answerPreflight?: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>
    /** No text of a JSON body becomes one: it is read by `parseSecretJson`. Forms need no such word. */
    readonly holdsSecrets?: true
    /** Its answers are streams that stay open. */
    readonly stream?: StreamName
    /** Answers any other method, where it is not to be by a problem. `Allow` is its own to say. */
    readonly refuseMethod?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply
  }
}

/** A body is never larger, unless its route says otherwise (contract/payment-api §6). */
const bodyLimit = 64 * 1024

/** One for all applications of the process, so that a schema that each of them has is compiled once. */
const buildValidator = AjvCompiler()

/** The proxy in front of us says who its client is; what the client itself says before that is not believed. */
const isOurProxy = (_address: string, hop: number) => hop === 0

/**
 * The HTTP application of one region, still without routes. Paths are matched without regard to case. What a
 * route throws becomes `application/problem+json`: a {@link Problem} as it says, anything else a 500 with an id
 * that is in the log too. JSON bodies are read strictly; nothing is coerced or dropped by validation. A body is read into
 * a buffer of its own, which is overwritten before the answer leaves.
 */
export function createHttp({
  region,
  log,
  proxy,
  requestMeter,
  tracer,
}: Pick<Parts, 'region' | 'log' | 'tracer'> & {
  /** Whether `X-Forwarded-*` headers are believed. */
  readonly proxy: 'none' | 'trusted'
  readonly requestMeter?: RequestMeter
}) {
  const newRequestId = createRequestIds()
  const refused = createRefusals(log)
  const app = fastify({
    loggerInstance: forAllRequests(log),
    logController: new fastify.LogController({ disableRequestLogging: true }),
    trustProxy: proxy === 'trusted' && isOurProxy,
    bodyLimit,
    genReqId: ({ headers }) => currentRequestId() ?? newRequestId(headers[requestIdHeader]),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 512 },
    schemaController: { compilersFactory: { buildValidator } },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    frameworkErrors(error, request, reply) {
      answerError(error, request, reply)
      // No hook sees what has no route and cannot have one.
      refused(refusalLine(request, reply))
      requestMeter?.unrouted(request.method, reply.statusCode)
    },
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.removeAllContentTypeParsers()
  app.decorateRequest('ownBody', null)
  app.decorateRequest('refusal', null)
  if (tracer) app.addHook('onRequest', traceRequests(tracer))
  app.addHook('onSend', (request, reply, _payload, done) => {
    request.ownBody?.fill(0)
    reply.header(requestIdHeader, request.id)
    if (reply.statusCode >= 400) refused(refusalLine(request, reply))
    if (request.is404) requestMeter?.unrouted(request.method, reply.statusCode)
    done()
  })
  if (requestMeter) meterRequests(app as unknown as FastifyInstance, requestMeter)
  takeBodies(app, { mediaType: 'application/json', read: readJson })
  takeBodies(app, { mediaType: 'application/x-www-form-urlencoded', read: (body) => new FormBody(body) })

  function answerError(error: FastifyError | Problem | Error, request: FastifyRequest, reply: FastifyReply) {
    const problem = asProblem(error, request)
    describeRefusal(request, { code: problem.code, ...problem.options.refused })
    reply
      .code(problem.status)
      .header(requestIdHeader, request.id)
      .headers(problem.options.headers ?? {})
      .type(problemMediaType)
    const documentation = errorsPageAt(region, request.headers.host)
    return reply.send(problemBody(problem, { documentation, instance: shownPath(request.url) }))
  }
  app.setErrorHandler(answerError)

  const routes: { readonly method: string; readonly pattern: RegExp; readonly route: RouteOptions }[] = []
  app.addHook('onRoute', (route) => {
    const pattern = patternOf(route.url)
    for (const method of [route.method].flat()) routes.push({ method, pattern, route })
  })
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    const found = routes.filter(({ pattern }) => pattern.test(path))
    if (request.method === 'OPTIONS') {
      const preflight = found.find(({ route }) => route.config?.answerPreflight)?.route.config
        ?.answerPreflight
      if (await preflight?.(request, reply)) return reply
    }
    const allowed = new Set(found.map(({ method }) => method))
    if (allowed.size === 0)
      return answerError(new Problem('not-found', 'No resource exists at this path.'), request, reply)
    const refuse = found.find(({ route }) => route.config?.refuseMethod)?.route.config?.refuseMethod
    if (refuse) return refuse(request, reply)
    return answerError(notAllowed(allowed), request, reply)
  })
  return app
}

export type Http = ReturnType<typeof createHttp>

function notAllowed(allowed: ReadonlySet<string>): Problem {
  const allow = [...allowed].sort().join(', ')
  return new Problem('method-not-allowed', `This path allows: ${allow}.`, { headers: { allow } })
}

const readJson = (body: Buffer, { routeOptions }: FastifyRequest): unknown =>
  routeOptions.config.holdsSecrets ? parseSecretJson(body) : parseJsonBody(body)

/** One log for all requests: a child of its own would cost each of them several microseconds. */
function forAllRequests(log: Log): Log {
  const shared: Log = Object.create(log, { child: { value: () => shared } })
  return shared
}

/** `/v1/session/:guid` → a pattern for the paths that it matches. */
function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('/')
  return new RegExp(`^${source}/?$`, 'i')
}

function asProblem(error: FastifyError | Problem | Error, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error
  if ('validation' in error && error.validation) return invalidRequest(error)
  switch ('code' in error ? error.code : undefined) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem(
        'unsupported-media-type',
        'Unsupported Content-Type. Send application/json, or a form where one is expected.',
      )
    case 'FST_ERR_ASYNC_CONSTRAINT':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('not-found', 'No resource exists at this path.')
  }
  if (isMalformed(error)) return new Problem('invalid-request', 'The request is malformed.')
  const { id } = request
  describeRefusal(request, { err: error })
  return new Problem('internal-error', `An internal error occurred. Quote this id to support: ${id}.`, {
    members: { id },
  })
}

/** What Fastify itself refuses of a request, such as a QUERY without a content type. */
const isMalformed = (error: FastifyError | Error): boolean =>
  'code' in error && error.code.startsWith('FST_ERR_') && (error.statusCode ?? 500) < 500

function invalidRequest(error: FastifyError): Problem {
  const errors: WrongMember[] = (error.validation ?? []).map(
    ({ instancePath, keyword, params, message }) => ({
      path: keyword === 'required' ? `${instancePath}/${params.missingProperty}` : instancePath || '/',
      message: keyword === 'required' ? 'is missing' : (message ?? 'is not valid'),
    }),
  )
  const detail = errors.map(({ path, message }) => `${path} ${message}`).join('; ')
  return new Problem('invalid-request', `The request is not valid: ${printable(detail)}.`, { errors })
}
