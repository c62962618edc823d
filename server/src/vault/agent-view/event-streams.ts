import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ViewState } from '@tonegate/protocol/view-state'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock, Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createHeartbeats } from '../../http/heartbeats.ts'
import { createReopening } from '../../http/reopening.ts'
import { requestIdHeader } from '../../http/request-id.ts'
import { whenClosed } from '../../http/when-closed.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import type { ViewedSession } from './distant-view.ts'

const heartbeatSeconds = 15
/** A reader that takes nothing for so many heartbeats has gone. */
const maxSilentHeartbeats = 4
const maxStreamsOfSession = 8

/** The last that a reader hears of a session whose view was closed. */
const closedEvent = 'event: closed\ndata: {}\n\n'

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'x-accel-buffering': 'no',
} as const

/** A session in a stream. */
export interface StreamPart {
  readonly session: ViewedSession
  /** What stands before each of its events; empty where the stream is of this session alone. */
  readonly label: string
}

export type EventStreams = ReturnType<typeof createEventStreams>

/** The streams of events that are open: their heartbeats, and how many there are of each session. */
export function createEventStreams(clock: Pick<Clock, 'every'>) {
  const heartbeats = createHeartbeats<EventStream>(clock, heartbeatSeconds)
  const streamsOf = new Map<Guid, number>()
  const eventOf = createEventTexts()

  function count({ session: { guid } }: StreamPart, difference: 1 | -1): void {
    const number = (streamsOf.get(guid) ?? 0) + difference
    if (number > 0) streamsOf.set(guid, number)
    else streamsOf.delete(guid)
  }

  return {
    eventOf,
    /** Whether a session may have one more. */
    hasRoomFor: ({ guid }: Pick<OpenSession, 'guid'>): boolean =>
      (streamsOf.get(guid) ?? 0) < maxStreamsOfSession,
    /**
     * Answers a request by a stream that lasts until the last of its sessions has ended.
     *
     * @param parts each session once.
     * @param first events that it begins with.
     */
    open(
      { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
      { parts, first = '' }: { readonly parts: readonly StreamPart[]; readonly first?: string },
    ): void {
      reply.header(requestIdHeader, request.id)
      reply.hijack()
      const response = reply.raw
      beginStream(response, { ...headersOf(reply.getHeaders()), ...streamHeaders })
      forgetHeaders(request.raw)
      const stream = openEventStream({ parts, first, response, eventOf })
      heartbeats.join(stream)
      // Whoever reads it opens it again, and finds where the session is by then.
      for (const { lost } of parts.map((part) => part.session)) {
        if (lost?.aborted) stream.close()
        lost?.addEventListener('abort', () => stream.close())
      }
      for (const part of parts) count(part, 1)
      whenClosed(response, () => {
        stream.close()
        heartbeats.leave(stream)
        for (const part of parts) count(part, -1)
      })
    },
    /** The server stops: whoever reads them is to open them elsewhere. */
    closeAll(): void {
      const reopening = createReopening()
      for (const stream of heartbeats.all()) stream.close(reopening())
    },
  }
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
  /** @param last what the reader hears last. */
  close(last?: string): void
}

/**
 * Writes each state of the sessions to a response, until the last of them has ended. A reader that is slower than they
 * are gets the latest state of each when it is ready again, and never makes the server keep more than those.
 */
function openEventStream({
  parts,
  first,
  response,
  eventOf,
}: {
  readonly parts: readonly StreamPart[]
  readonly first: string
  readonly response: ServerResponse
  readonly eventOf: (state: ViewState) => string
}): EventStream {
  let ready = true
  let silentHeartbeats = 0
  const latest = new Map<StreamPart, ViewState>()
  const followed = new Map<StreamPart, Stop>()

  const send = (part: StreamPart, state: ViewState) => {
    if (part.session.viewAccess === 'closed') {
      response.write(part.label + closedEvent)
      leave(part)
      return
    }
    if (!ready) {
      latest.set(part, state)
      return
    }
    ready = response.write(part.label + eventOf(state))
    if (state.state === 'ended') leave(part)
  }
  const leave = (part: StreamPart) => {
    followed.get(part)?.()
    followed.delete(part)
    latest.delete(part)
    if (followed.size === 0) response.end()
  }
  const close = (last = '') => {
    for (const unsubscribe of followed.values()) unsubscribe()
    followed.clear()
    latest.clear()
    response.end(last)
  }

  response.on('error', destroy)
  response.on('drain', () => {
    ready = true
    const waiting = [...latest]
    latest.clear()
    for (const [part, state] of waiting) send(part, state)
  })
  if (first !== '') ready = response.write(first)
  for (const part of parts) {
    followed.set(
      part,
      part.session.subscribe((state) => send(part, state)),
    )
  }
  for (const part of parts) send(part, part.session.view())
  if (followed.size === 0) response.end()
  return {
    close,
    beat() {
      silentHeartbeats = ready ? 0 : silentHeartbeats + 1
      if (silentHeartbeats >= maxSilentHeartbeats) response.destroy()
      else if (ready && !response.writableEnded) ready = response.write(': still here\n\n')
    },
  }
}

function destroy(this: ServerResponse): void {
  this.destroy()
}
