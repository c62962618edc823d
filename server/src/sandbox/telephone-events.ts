import type { ServerResponse } from 'node:http'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { Type } from 'typebox'
import type { Clock } from '../base/clock.ts'
import { parseGuid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import { createHeartbeat } from '../http/heartbeat.ts'
import type { Http } from '../http/http.ts'
import { createReopening } from '../http/reopening.ts'
import { requestIdHeader } from '../http/request-id.ts'
import { whenClosed } from '../http/when-closed.ts'
import type { SandboxPhone } from './phone/phone.ts'

const heartbeatIntervalMilliseconds = 15_000
/** Of all calls together: the sandbox's telephones are watched by people. */
const maxStreams = 100

const callPath = Type.Object({ callGuid: Type.String() })

/**
 * `GET /sandbox/calls/{callGuid}/events`: the caller's telephone as server-sent events, its present state first, the
 * last when the call ends. They end with the server, too.
 *
 * @throws {Problem} `not-found` when there is no such call, `quota-exceeded` when too many are open.
 */
export function registerTelephoneEvents(
  app: Http,
  { phone, clock }: { readonly phone: Pick<SandboxPhone, 'requireCall' | 'watch'>; readonly clock: Clock },
): void {
  const streams = new Set<EventStream>()

  app.get(
    '/sandbox/calls/:callGuid/events',
    { schema: { params: callPath }, config: { stream: 'sandbox-calls' }, exposeHeadRoute: false },
    async (request, reply) => {
      const callGuid = parseGuid(request.params.callGuid)
      if (!callGuid) throw new Problem('not-found', 'No call has this id.')
      if (streams.size >= maxStreams) {
        throw new Problem(
          'quota-exceeded',
          'Too many event streams are open. Close one, or try again later.',
          {
            headers: { 'retry-after': '15' },
          },
        )
      }
      await phone.requireCall(callGuid)
      reply.hijack()
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
        [requestIdHeader]: request.id,
      })
      const stream = openEventStream(reply.raw, clock, (send) => phone.watch(callGuid, send))
      streams.add(stream)
      whenClosed(reply.raw, () => {
        stream.close()
        streams.delete(stream)
      })
    },
  )

  app.addHook('preClose', async () => {
    const reopening = createReopening()
    for (const stream of streams) stream.close(reopening())
  })
}

interface EventStream {
  /** @param last what the reader hears last. */
  close(last?: string): void
}

function openEventStream(
  response: ServerResponse,
  clock: Clock,
  watch: (send: (state: TelephoneState) => void) => () => void,
): EventStream {
  let isOpen = true
  const send = (state: TelephoneState) => {
    if (!isOpen) return
    response.write(`event: telephone\ndata: ${JSON.stringify(state)}\n\n`)
    if (state.call === 'ended') close()
  }
  const close = (last = '') => {
    isOpen = false
    stopBeating()
    stopWatching()
    response.end(last)
  }
  response.on('error', () => response.destroy())
  const stopBeating = clock.every(heartbeatIntervalMilliseconds, createHeartbeat(response))
  const stopWatching = watch(send)
  return { close }
}
