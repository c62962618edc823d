import type { FastifyInstance, onRequestHookHandler, onResponseHookHandler } from 'fastify'
import type { RequestMeter, RouteMeter, StreamName } from './request-meter.ts'
import { whenClosed } from './when-closed.ts'

/**
 * Has every answer of an application counted. To be called before routes are added.
 *
 * @param app whose log and schemas may be of any type.
 */
export function meterRequests(app: Pick<FastifyInstance, 'addHook'>, meter: RequestMeter): void {
  app.addHook('onRoute', (route) => {
    const methods = [route.method].flat()
    const byMethod = new Map(methods.map((method) => [method, meter.ofRoute({ method, route: route.url })]))
    const { stream } = route.config ?? {}
    if (stream) route.onRequest = [meterStream(meter, { byMethod, stream }), ...listed(route.onRequest)]
    else route.onResponse = [...listed(route.onResponse), meterAnswer(byMethod)]
  })
}

type ByMethod = ReadonlyMap<string, RouteMeter>

const listed = <Hook>(hooks: Hook | Hook[] | undefined): readonly Hook[] =>
  hooks === undefined ? [] : ([hooks].flat() as Hook[])

const meterAnswer =
  (byMethod: ByMethod): onResponseHookHandler =>
  ({ method }, reply, done) => {
    byMethod.get(method)?.answered(reply.statusCode, reply.elapsedTime)
    done()
  }

/** A stream whose reader goes has no end that a hook is told of. */
const meterStream =
  (
    meter: RequestMeter,
    { byMethod, stream }: { readonly byMethod: ByMethod; readonly stream: StreamName },
  ): onRequestHookHandler =>
  ({ method }, { raw }, done) => {
    meter.streams(stream, 1)
    whenClosed(raw, () => {
      meter.streams(stream, -1)
      byMethod.get(method)?.answered(raw.statusCode, undefined)
    })
    done()
  }
