import type { ServerResponse } from 'node:http'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { createHeartbeat } from '../../http/heartbeat.ts'
import type { Http } from '../../http/http.ts'
import { requestIdHeader } from '../../http/request-id.ts'
import { whenClosed } from '../../http/when-closed.ts'
import { requireAlone } from '../tools/require-alone.ts'
import type { FedEvent, WebhookFeed } from './webhook-feed.ts'

const heartbeatIntervalMilliseconds = 15_000

const query = Type.Object(
  { answers: Type.Optional(Type.Enum(['own', 'none'])) },
  { additionalProperties: false },
)
const path = Type.Object({ delivery: Type.String({ maxLength: 100 }) })
const answer = Type.Object({ status: Type.Integer({ minimum: 100, maximum: 599 }) })

/**
 * `GET /sandbox/webhooks`: webhooks as server-sent events, each as it goes out, behind `listening` with the secret that those
 * are signed with which have no other receiver. With `answers=own` whoever listens answers for that receiver, by
 * `POST …/{delivery}/answer`.
 */
export const webhookRoutes =
  ({ feed, secret, clock }: { readonly feed: WebhookFeed; readonly secret: string; readonly clock: Clock }) =>
  (app: Http): void => {
    app.get(
      '/sandbox/webhooks',
      { schema: { querystring: query }, config: { stream: 'sandbox-webhooks' }, exposeHeadRoute: false },
      async (request, reply) => {
        requireAlone(clock, 'Webhooks can be listened to')
        const stream = createStream(reply.raw, clock)
        const stop = feed.listen({ answers: request.query.answers ?? 'none', ...stream })
        if (!stop) {
          const headers = { 'retry-after': '15' }
          throw new Problem('quota-exceeded', 'Too many are listening to webhooks. End one of them.', {
            headers,
          })
        }
        stream.begin()
        reply.hijack()
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          'x-accel-buffering': 'no',
          [requestIdHeader]: request.id,
        })
        whenClosed(reply.raw, () => {
          stop()
          stream.end()
        })
        reply.raw.write(written('listening', { secret }))
      },
    )

    app.post(
      '/sandbox/webhooks/:delivery/answer',
      { schema: { params: path, body: answer } },
      async ({ params, body }) => ({ taken: feed.answered(params.delivery, body.status) }),
    )
  }

const written = (event: string, data: object): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** A stream that is not begun before there is room for it. */
function createStream(response: ServerResponse, clock: Clock) {
  let stopBeating = () => {}
  return {
    begin(): void {
      response.on('error', () => response.destroy())
      stopBeating = clock.every(heartbeatIntervalMilliseconds, createHeartbeat(response))
    },
    send: ({ event, data }: FedEvent): void => void response.write(written(event, data)),
    end(): void {
      stopBeating()
      response.end()
    },
  }
}
