import type { ViewState } from '@tonegate/protocol/view-state'
import { createParser } from 'eventsource-parser'
import type { Tokens } from '../tokens.ts'

/** How the page hears of its session. */
export interface EventsListener {
  state(state: ViewState): void
  /** `live`, or `lost` while it is being tried again. */
  connection(connection: 'live' | 'lost'): void
  /** The session has ended, and the server no longer knows its state. */
  gone(): void
  /** Whoever opened the view has lost their access. */
  closed(): void
}

/** Asks for a session's events, by the view's own path. */
export type OpenStream = (
  path: string,
  request: { readonly tokens: Pick<Tokens, 'accessToken' | 'onRenewed'>; readonly signal: AbortSignal },
) => Promise<Response>

/** The first state comes at once; a connection without it, or one that waits for its turn, is none. */
const openingMilliseconds = 10_000
/** The server is heard every 15 seconds; a connection that is silent for longer is dead. */
const silenceMilliseconds = 40_000
const waits = [500, 1_000, 2_000, 4_000, 8_000, 15_000] as const
const maxWait = 15_000

/**
 * Follows the session until its last state. Reconnects when the connection breaks, each time after a longer wait; after the
 * one that a server says that stops itself.
 * The token goes in a header, which is why this is not an `EventSource`.
 */
export async function followSession({
  path,
  tokens,
  openStream,
  wait,
  listener,
}: {
  readonly path: string
  readonly tokens: Tokens
  readonly openStream: OpenStream
  readonly wait: (milliseconds: number) => Promise<void>
  readonly listener: EventsListener
}): Promise<void> {
  let failures = 0
  let announcedWait: number | undefined
  for (;;) {
    const end = await readOnce()
    if (end === 'ended' || end === 'lost') return
    if (end === 'gone') return listener.gone()
    if (end === 'closed') return listener.closed()
    listener.connection('lost')
    await wait(announcedWait ?? waits[Math.min(failures, waits.length - 1)] ?? 0)
    announcedWait = undefined
    failures += 1
  }

  async function readOnce(): Promise<'ended' | 'gone' | 'closed' | 'lost' | 'broken'> {
    const silence = createSilence()
    try {
      const first = await open(silence)
      const renewal = first.status === 401 ? await tokens.renew() : 'renewed'
      if (renewal !== 'renewed') return renewal
      const response = first.status === 401 ? await open(silence) : first
      if (response.status === 404 || response.status === 409) return 'gone'
      if (response.status === 403) return 'closed'
      if (!response.ok || !response.body) return 'broken'
      return await readStates(response.body, silence)
    } catch {
      return 'broken'
    } finally {
      silence.stop()
    }
  }

  function open({ signal }: Silence): Promise<Response> {
    return openStream(path, { tokens, signal })
  }

  async function readStates(
    body: ReadableStream<Uint8Array>,
    silence: Silence,
  ): Promise<'ended' | 'closed' | 'broken'> {
    let last: ViewState | undefined
    let closed = false
    const parser = createParser({
      onEvent({ event, data }) {
        closed ||= event === 'closed'
        if (event !== 'state') return
        last = JSON.parse(data) as ViewState
        failures = 0
        listener.connection('live')
        listener.state(last)
      },
      onRetry(milliseconds) {
        announcedWait = Math.min(milliseconds, maxWait)
      },
    })
    const decoder = new TextDecoder()
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (closed) return 'closed'
      if (done) return 'broken'
      silence.interrupted()
      parser.feed(decoder.decode(value, { stream: true }))
      if (last?.state === 'ended') return 'ended'
    }
  }
}

interface Silence {
  readonly signal: AbortSignal
  interrupted(): void
  /** Ends the connection too. */
  stop(): void
}

/** Aborts a connection that does not come about, or has been silent for too long. */
function createSilence(): Silence {
  const controller = new AbortController()
  const watch = (milliseconds: number) => setTimeout(() => controller.abort(), milliseconds)
  let timer = watch(openingMilliseconds)
  return {
    signal: controller.signal,
    interrupted() {
      clearTimeout(timer)
      timer = watch(silenceMilliseconds)
    },
    stop() {
      clearTimeout(timer)
      controller.abort()
    },
  }
}
