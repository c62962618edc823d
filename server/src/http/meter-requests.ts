import type { FastifyInstance, onRequestHookHandler, onResponseHookHandler } from 'fastify'
import type { RequestMeter, RouteMeter, StreamName } from './request-meter.ts'

/**
 * Has every answer of an application counted. To be called before routes are added.
 *
 * @param app whose log and schemas may be of any type.
 */
export function meterRequests(app: Pick<FastifyInstance, 'addHook'>, meter: RequestMeter): void {
  app.addHook('onRoute', (route) => {
    const ofRoute = meter.ofRoute({ method: [route.method].flat().join(','), route: route.url })
    const { stream } = route.config ?? {}
    if (stream) route.onRequest = [meterStream(meter, { ofRoute, stream }), ...listed(route.onRequest)]
    else route.onResponse = [...listed(route.onResponse), meterAnswer(ofRoute)]
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (request.is404) meter.unrouted(request.method, reply.statusCode)
    done()
  })
}

const listed = <Hook>(hooks: Hook | Hook[] | undefined): readonly Hook[] =>
  hooks === undefined ? [] : ([hooks].flat() as Hook[])

const meterAnswer =
  (ofRoute: RouteMeter): onResponseHookHandler =>
  (_request, reply, done) => {
    ofRoute.answered(reply.statusCode, reply.elapsedTime)
    done()
  }

/** A stream whose reader goes has no end that a hook is told of. */
const meterStream =
  (
    meter: RequestMeter,
    { ofRoute, stream }: { readonly ofRoute: RouteMeter; readonly stream: StreamName },
  ): onRequestHookHandler =>
  (_request, { raw }, done) => {
    meter.streams(stream, 1)
    raw.once('close', () => {
      meter.streams(stream, -1)
      ofRoute.answered(raw.statusCode, undefined)
    })
    done()
  }
