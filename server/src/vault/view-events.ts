import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Http } from '../base/http.ts'
import { Problem } from '../base/problem.ts'
import { requestIdHeader } from '../base/request-id.ts'
import type { LiveCapture } from './capture-sessions.ts'
import { createHeartbeats } from './heartbeats.ts'
import { requireView, ViewAddress, type ViewRoutes, viewPath } from './view-access.ts'
import type { ViewState } from './view-state.ts'

const heartbeatSeconds = 15
/** A reader that takes nothing for so many heartbeats has gone. */
const mostSilentHeartbeats = 4
const mostStreamsOfSession = 8

/** The last that a reader hears whose access has ended. */
const closedEvent = 'event: closed\ndata: {}\n\n'

const streamHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }

/**
 * `GET …/events`: the session's state as server-sent events, whole each time, from its present one to its last.
 * The token is checked when the stream is opened; it ends with the session, with the server, or by `event: closed`
 * when whoever opened the view has lost their access. Of a session that
 * ended a moment ago it is the last state alone.
 *
 * `GET …/state`: its present state, for a view that has no connection to spare for a stream.
 *
 * @throws {Problem} `quota-exceeded` with more than eight readers, and what {@link requireView} throws.
 */
export function registerViewEvents(
  app: Http,
  { captures, viewTokens, setHeaders, clock }: ViewRoutes & { readonly clock: Clock },
): void {
  const heartbeats = createHeartbeats<EventStream>(clock, heartbeatSeconds)
  const streamsOf = new Map<Guid, number>()
  const eventOf = createEventTexts()

  app.get(
    `${viewPath}/events`,
    { schema: { params: ViewAddress }, onRequest: setHeaders, exposeHeadRoute: false },
    (request, reply) => {
      const capture = requireView({ captures, viewTokens }, request)
      if ('state' in capture) return reply.headers(streamHeaders).send(eventOf(capture.state))
      const { guid } = capture
      const others = streamsOf.get(guid) ?? 0
      if (others >= mostStreamsOfSession) {
        throw new Problem('quota-exceeded', 'The view of this session is open too many times.', {
          headers: { 'retry-after': '15' },
        })
      }
      reply.header(requestIdHeader, request.id)
      reply.hijack()
      beginStream(reply.raw, { ...headersOf(reply.getHeaders()), ...streamHeaders })
      forgetHeaders(request.raw)
      const stream = openEventStream({ capture, response: reply.raw, eventOf })
      heartbeats.join(stream)
      streamsOf.set(guid, others + 1)
      reply.raw.on('close', () => {
        stream.close()
        heartbeats.leave(stream)
        const left = (streamsOf.get(guid) ?? 0) - 1
        if (left > 0) streamsOf.set(guid, left)
        else streamsOf.delete(guid)
      })
    },
  )

  app.get(
    `${viewPath}/state`,
    { schema: { params: ViewAddress }, onRequest: setHeaders, exposeHeadRoute: false },
    async (request) => {
      const found = requireView({ captures, viewTokens }, request)
      return 'state' in found ? found.state : found.view()
    },
  )

  app.addHook('preClose', async () => {
    for (const stream of heartbeats.all()) stream.close()
  })
}

/** Makes an event of a state, once for all who are told of it. */
function createEventTexts(): (state: ViewState) => string {
  let latest: { readonly state: ViewState; readonly text: string } | undefined
  return (state) => {
    if (latest?.state !== state) {
      latest = { state, text: `event: state\ndata: ${JSON.stringify(state)}\n\n` }
    }
    return latest.text
  }
}

function headersOf(headers: Readonly<Record<string, number | string | string[] | undefined>>) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
}

/** Sends the head by itself: its text, which the response keeps, is then in one piece and not in forty. */
function beginStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string | string[] | number>>,
) {
  response.writeHead(200, headers).flushHeaders()
}

/** A stream lives for long, and nobody looks at what its request brought along again. */
function forgetHeaders(request: IncomingMessage): void {
  request.headers = {}
  request.rawHeaders = []
}

interface EventStream {
  /** Says that it is there; of a reader that has taken nothing for long it rids itself. */
  beat(): void
  close(): void
}

/**
 * Writes each state of a session to a response. A reader that is slower than the session gets the latest state
 * when it is ready again, and never makes the server keep more than that one.
 */
function openEventStream({
  capture,
  response,
  eventOf,
}: {
  readonly capture: LiveCapture
  readonly response: ServerResponse
  readonly eventOf: (state: ViewState) => string
}): EventStream {
  let ready = true
  let latest: ViewState | undefined
  let silentHeartbeats = 0

  const send = (state: ViewState) => {
    if (capture.viewAccess === 'closed') {
      response.write(closedEvent)
      close()
      return
    }
    if (!ready) {
      latest = state
      return
    }
    ready = response.write(eventOf(state))
    if (state.state === 'ended') close()
  }
  const close = () => {
    unsubscribe()
    response.end()
  }

  response.on('error', destroy)
  response.on('drain', () => {
    ready = true
    const state = latest
    latest = undefined
    if (state) send(state)
  })
  const unsubscribe = capture.subscribe(send)
  send(capture.view())
  return {
    close,
    beat() {
      silentHeartbeats = ready ? 0 : silentHeartbeats + 1
      if (silentHeartbeats >= mostSilentHeartbeats) response.destroy()
      else if (ready && !response.writableEnded) ready = response.write(': still here\n\n')
    },
  }
}

function destroy(this: ServerResponse): void {
  this.destroy()
}
