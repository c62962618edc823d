import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseGuid } from '../base/guid.ts'
import { askedIn, currentSpan, inSpanOfRequest } from '../base/request-scope.ts'
import { fixed, httpMethods } from '../base/tracing/attributes.ts'
import type { Span, SpanName, SpanOptions, SpanPlace, Tracer } from '../base/tracing/span.ts'
import { readForeignTraceparent, traceparentHeader } from '../base/tracing/traceparent.ts'
import { whenClosed } from './when-closed.ts'

/**
 * Where programs ask: those may have their trace go on here. Pages are asked for by browsers, and gateways notify of what
 * is ours.
 */
const ofPrograms = /^\/(?:auth\/connect\/(?!authorize)|globalpci\/v1\/|api\/v1\/|calls\/v1\/)/i

/** The span that a request of a program says it is part of; nothing of it is believed but two numbers and a flag. */
export function parentOf({
  url,
  headers,
}: Pick<FastifyRequest['raw'], 'url' | 'headers'>): SpanPlace | undefined {
  const { [traceparentHeader]: header } = headers
  return header !== undefined && ofPrograms.test(url ?? '') ? readForeignTraceparent(header) : undefined
}

/**
 * Makes a span of each request, named by its route. It is part of the trace of the process of ours, or of the program, that
 * has sent the request.
 */
export function traceRequests(tracer: Tracer) {
  /** By their configurations: there is one for each route. */
  const known = new WeakMap<object, Traced>()

  function tracedOf({ method, routeOptions: { config, url } }: FastifyRequest): Traced {
    const before = url !== undefined && known.get(config)
    if (before) return before
    const traced = tracedAs(method, url)
    if (url !== undefined) known.set(config, traced)
    return traced
  }

  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { name, options } = tracedOf(request)
    const around = currentSpan()
    const span = around
      ? around.begin(name, options)
      : tracer.begin(name, options, askedIn() ?? parentOf(request.raw))
    if (span.sampled) whenClosed(reply.raw, () => end(span, request, reply))
    inSpanOfRequest(span, done)
  }
}

/** How the requests to a route are traced. */
interface Traced {
  readonly name: SpanName
  readonly options: SpanOptions
}

function tracedAs(sent: string, route: string | undefined): Traced {
  const method = httpMethods.find((each) => each === sent) ?? '_OTHER'
  const name = route?.startsWith('/') ? (`${method} ${route}` as `${typeof method} /${string}`) : method
  const attributes = fixed({ 'http.request.method': method, 'http.route': route })
  return { name, options: { kind: 'server', fixed: attributes } }
}

function end(span: Span, request: FastifyRequest, { statusCode, raw }: FastifyReply): void {
  const { code, error, accountId } = request.refusal ?? {}
  // An answer that was begun and is not ended was broken off.
  const isWhole = raw.writableEnded
  const said = statusCode < 400 ? sessionIn(request) : { 'error.type': code ?? error }
  span.set({
    'tonegate.account_id': accountId,
    ...(isWhole ? { 'http.response.status_code': statusCode, ...said } : { 'error.type': 'aborted' }),
  })
  if (isWhole && statusCode >= 500) span.failed(code ?? error ?? 'internal-error')
  span.end()
}

/** The session that a path names: one of ours, since the request was answered. */
function sessionIn({ params }: FastifyRequest) {
  const { sessionGuid, guid } = (params ?? {}) as Readonly<Record<string, unknown>>
  return {
    ...(typeof sessionGuid === 'string' && { 'tonegate.session_guid': parseGuid(sessionGuid) }),
    ...(typeof guid === 'string' && { 'tonegate.capture_guid': parseGuid(guid) }),
  }
}
