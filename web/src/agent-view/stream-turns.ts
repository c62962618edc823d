import type { OpenStream } from './events.ts'

/** As `navigator.locks`, which a browser has where the page came by https or from this machine. */
export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    holding: (lock: object | null) => Promise<void>,
  ): Promise<unknown>
}

/**
 * A browser has six connections for a server that speaks HTTP/1.1. So many of them are for streams; the others stay free
 * for what the agent presses.
 */
const maxStreams = 3
const pollMilliseconds = 1_000

/**
 * Shares a few streams of events among all views of a server in this browser. A view that finds none free asks for the
 * state once a second, by requests that do not stay, and takes over the first stream that becomes free. Whoever has a
 * stream holds a lock of the browser's, which goes with the page. Where there are no locks each view opens its own.
 */
export function createStreamTurns({
  locks,
  fetch,
  wait,
}: {
  readonly locks: Locks | undefined
  readonly fetch: typeof globalThis.fetch
  readonly wait: (milliseconds: number) => Promise<void>
}): OpenStream {
  return async (path, { accessToken, signal }) => {
    const ask = (what: 'events' | 'state') =>
      fetch(`${path}/${what}`, { headers: { authorization: `Bearer ${accessToken()}` }, signal })

    async function* polled(first: Response): AsyncGenerator<Uint8Array, void> {
      for (let answer = first; ; answer = await ask('state')) {
        if (answer.status === 403) yield closedEvent
        if (!answer.ok) return
        yield stateEvent(await answer.text())
        await wait(pollMilliseconds)
        signal.throwIfAborted()
        if (await takeTurn(locks, signal)) return yield* piecesOf(await ask('events'))
      }
    }

    if (await takeTurn(locks, signal)) return ask('events')
    const first = await ask('state')
    return first.ok ? new Response(streamOf(polled(first))) : first
  }
}

/** Whether there is a stream for this view. It is given back when the signal aborts, or with the page. */
async function takeTurn(locks: Locks | undefined, signal: AbortSignal): Promise<boolean> {
  if (!locks) return true
  for (let number = 1; number <= maxStreams; number += 1) {
    if (await holds(locks, `tonegate-stream-${number}`, signal)) return true
  }
  return false
}

function holds(locks: Locks, name: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, async (lock) => {
        resolve(lock !== null)
        if (lock === null || signal.aborted) return
        await new Promise((release) => signal.addEventListener('abort', release))
      })
      .catch(reject)
  })
}

async function* piecesOf({ ok, body }: Response): AsyncGenerator<Uint8Array, void> {
  if (!ok || !body) return
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

function streamOf(pieces: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

const encoder = new TextEncoder()
const stateEvent = (json: string) => encoder.encode(`event: state\ndata: ${json}\n\n`)
const closedEvent = encoder.encode('event: closed\ndata: {}\n\n')
