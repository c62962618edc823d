import { createParser } from 'eventsource-parser'
import type { Locks } from './locks.ts'

/** What a view says first, and then with each new token. */
export type ToSharedStream = Joining | { readonly accessToken: string }

interface Joining {
  readonly path: string
  readonly accessToken: string
  /** The name of a lock that the view holds for as long as it wants to hear. */
  readonly lock: string
}

/** What a view hears: at once that there is somebody, and then its events as a stream of its own would send them. */
export type FromSharedStream =
  | { readonly kind: 'joined' }
  /** There are as many views as one stream may have. */
  | { readonly kind: 'full' }
  | { readonly kind: 'text'; readonly text: string }
  /** With the status of an HTTP answer; nothing follows. */
  | { readonly kind: 'refused'; readonly status: number }
  /** The stream has broken; nothing follows. */
  | { readonly kind: 'over' }

type ViewPort = Pick<MessagePort, 'close'> & {
  postMessage(message: FromSharedStream): void
  onmessage: ((message: MessageEvent<ToSharedStream>) => void) | null
}

interface View {
  readonly port: ViewPort
  readonly path: string
  accessToken: string
  /** The last event that it was sent. */
  latest?: string
}

interface Stream {
  readonly views: readonly View[]
  readonly limit: AbortController
}

/** What the server takes in one stream. */
const maxViews = 64
const openingMilliseconds = 10_000
const unreachable = 503
const heartbeat = ': still here\n\n'

/**
 * One stream of events for all views of a browser (`POST /session/events`), kept by the worker that they share. It is
 * opened anew whenever a view has come or gone, each view with its latest token; the former one goes when the new one
 * stands. It never retries by itself: a view that hears of its end comes back when it wants to.
 */
export function createSharedStream({
  fetch,
  locks,
}: {
  readonly fetch: typeof globalThis.fetch
  readonly locks: Locks
}): (port: ViewPort) => void {
  const views = new Set<View>()
  let standing: Stream | undefined
  let opening: Stream | undefined

  return (port) => {
    let view: View | undefined
    port.onmessage = ({ data }) => {
      if (view) view.accessToken = data.accessToken
      else if ('path' in data) view = join(port, data)
    }
  }

  function join(port: ViewPort, { path, accessToken, lock }: Joining): View {
    const view: View = { port, path, accessToken }
    if (views.size >= maxViews) {
      port.postMessage({ kind: 'full' })
      return view
    }
    port.postMessage({ kind: 'joined' })
    views.add(view)
    locks.request(lock, () => leave(view)).catch(() => leave(view))
    openAnew()
    return view
  }

  /** The view has freed its lock, or its page is gone. */
  function leave(view: View): void {
    view.port.close()
    if (views.delete(view)) openAnew()
  }

  /** The view hears nothing more by this port. */
  function end(view: View, last: FromSharedStream): void {
    if (views.delete(view)) view.port.postMessage(last)
  }

  function openAnew(): void {
    if (views.size === 0) {
      standing?.limit.abort()
      opening?.limit.abort()
      standing = undefined
      opening = undefined
      return
    }
    if (opening) return
    const stream: Stream = { views: [...views], limit: new AbortController() }
    opening = stream
    open(fetch, stream)
      .then((body) => take(stream, body))
      .catch(() => giveUp(stream))
      .finally(() => {
        if (opening !== stream) return
        opening = undefined
        if (views.size !== stream.views.length || stream.views.some((view) => !views.has(view))) openAnew()
      })
  }

  function take(stream: Stream, body: ReadableStream<Uint8Array>): void {
    if (opening !== stream) return
    const former = standing
    standing = stream
    former?.limit.abort()
    read(stream, body, {
      isStanding: () => standing === stream,
      tell: (view, event) => views.has(view) && tell(view, event, end),
    })
      .catch(() => undefined)
      .finally(() => {
        if (standing !== stream) return
        standing = undefined
        for (const view of stream.views) end(view, { kind: 'over' })
      })
  }

  /** Who has a stream keeps it. */
  function giveUp(stream: Stream): void {
    for (const view of stream.views) {
      if (!standing?.views.includes(view)) end(view, { kind: 'refused', status: unreachable })
    }
  }
}

interface ViewEvent {
  readonly event: string
  readonly data: string
}

async function open(
  fetch: typeof globalThis.fetch,
  { views, limit }: Stream,
): Promise<ReadableStream<Uint8Array>> {
  const timer = setTimeout(() => limit.abort(), openingMilliseconds)
  const answer = await fetch('/session/events', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ views: views.map(({ path, accessToken }) => ({ path, accessToken })) }),
    signal: limit.signal,
  }).finally(() => clearTimeout(timer))
  if (!answer.ok || !answer.body) throw new TypeError('There is no stream.')
  return answer.body
}

/** Reads a stream for as long as it is the one that stands. */
async function read(
  { views }: Stream,
  body: ReadableStream<Uint8Array>,
  {
    isStanding,
    tell,
  }: { readonly isStanding: () => boolean; readonly tell: (view: View, event: ViewEvent) => unknown },
): Promise<void> {
  const parser = createParser({
    onEvent({ id = '', event = '', data }) {
      for (const place of id.split(',')) {
        const view = views[Number(place)]
        if (view) tell(view, { event, data })
      }
    },
    onComment() {
      for (const { port } of views) port.postMessage({ kind: 'text', text: heartbeat })
    },
    onRetry(milliseconds) {
      for (const { port } of views) port.postMessage({ kind: 'text', text: `retry: ${milliseconds}\n\n` })
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done || !isStanding()) return
    parser.feed(decoder.decode(value, { stream: true }))
  }
}

function tell(
  view: View,
  { event, data }: ViewEvent,
  end: (view: View, last: FromSharedStream) => void,
): void {
  if (event === 'refused') {
    const { status } = JSON.parse(data) as { readonly status: number }
    end(view, { kind: 'refused', status })
    return
  }
  const text = `event: ${event}\ndata: ${data}\n\n`
  view.port.postMessage({ kind: 'text', text: text === view.latest ? heartbeat : text })
  view.latest = text
}
