import type { ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Http } from '../base/http.ts'
import { Problem } from '../base/problem.ts'
import type { LiveCapture } from './capture-sessions.ts'
import { requireView, ViewAddress, type ViewRoutes, viewPath } from './view-access.ts'
import type { ViewState } from './view-state.ts'

const heartbeatMilliseconds = 15_000
/** A reader that takes nothing for so many heartbeats has gone. */
const mostSilentHeartbeats = 4
const mostStreamsOfSession = 8

/**
 * `GET …/events`: the session's state as server-sent events, whole each time, from its present one to its last.
 * Of a session that has just ended, its last state alone. The token is checked when the stream is opened; it ends with the session, or with the server.
 *
 * @throws {Problem} `quota-exceeded` with more than eight readers, and what {@link requireView} throws.
 */
export function registerViewEvents(
  app: Http,
  { captures, viewTokens, setHeaders, clock }: ViewRoutes & { readonly clock: Clock },
): void {
  const streams = new Map<Guid, Set<EventStream>>()

  app.get(
    `${viewPath}/events`,
    { schema: { params: ViewAddress }, onRequest: setHeaders, exposeHeadRoute: false },
    (request, reply) => {
      const capture = requireView({ captures, viewTokens }, request)
      if ('state' in capture) {
        return reply.type('text/event-stream; charset=utf-8').send(stateEvent(capture.state))
      }
      const ofSession = streams.get(capture.guid) ?? new Set()
      if (ofSession.size >= mostStreamsOfSession) {
        throw new Problem('quota-exceeded', 'The view of this session is open too many times.', {
          headers: { 'retry-after': '15' },
        })
      }
      reply.hijack()
      reply.raw.writeHead(200, {
        ...headersOf(reply.getHeaders()),
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      })
      const stream = openEventStream({ capture, response: reply.raw, clock })
      streams.set(capture.guid, ofSession.add(stream))
      reply.raw.once('close', () => {
        stream.close()
        ofSession.delete(stream)
        if (ofSession.size === 0) streams.delete(capture.guid)
      })
    },
  )

  app.addHook('preClose', async () => {
    for (const ofSession of streams.values()) for (const stream of ofSession) stream.close()
  })
}

function headersOf(headers: Readonly<Record<string, number | string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
}

const stateEvent = (state: ViewState) => `event: state\ndata: ${JSON.stringify(state)}\n\n`

interface EventStream {
  close(): void
}

/**
 * Writes each state of a session to a response. A reader that is slower than the session gets the latest state
 * when it is ready again, and never makes the server keep more than that one.
 */
function openEventStream({
  capture,
  response,
  clock,
}: {
  readonly capture: LiveCapture
  readonly response: ServerResponse
  readonly clock: Clock
}): EventStream {
  let ready = true
  let latest: ViewState | undefined
  let silentHeartbeats = 0

  const write = (text: string) => {
    ready = response.write(text)
  }
  const send = (state: ViewState) => {
    if (!ready) {
      latest = state
      return
    }
    write(stateEvent(state))
    if (state.state === 'ended') close()
  }
  const beat = () => {
    silentHeartbeats = ready ? 0 : silentHeartbeats + 1
    if (ready) write(': still here\n\n')
    else if (silentHeartbeats >= mostSilentHeartbeats) response.destroy()
  }
  const close = () => {
    unsubscribe()
    stopBeating()
    response.end()
  }

  response.on('error', () => response.destroy())
  response.on('drain', () => {
    ready = true
    const state = latest
    latest = undefined
    if (state) send(state)
  })
  const unsubscribe = capture.subscribe(send)
  const stopBeating = clock.every(heartbeatMilliseconds, beat)
  send(capture.view())
  return { close }
}
