import type { OpenStream } from './events.ts'
import type { Locks } from './locks.ts'
import type { FromSharedStream, ToSharedStream } from './shared-stream.ts'

/** What a view needs of a `SharedWorker`. */
export interface StreamWorker {
  readonly port: Pick<MessagePort, 'postMessage' | 'close'> & {
    onmessage: ((message: MessageEvent<FromSharedStream>) => void) | null
  }
  addEventListener(type: 'error', hear: () => void): void
}

/**
 * Opens a view's events through the one stream that all views of the browser share, so that any number of them takes
 * one connection. A view that finds no way to it (no `SharedWorker` or no locks, storage that is forbidden in a framed
 * page, a worker that cannot be loaded or does not answer) opens a stream of its own, then and ever after.
 *
 * The worker knows by a lock that a view holds whether it is there: the browser frees it with the page, however that goes.
 * A page that is put aside for Back keeps its locks; it lets go of its stream itself, and opens another when it is back.
 */
export function createOpenStream({
  fetch,
  locks,
  startWorker,
  newName,
  page,
}: {
  readonly fetch: typeof globalThis.fetch
  readonly locks: Locks | undefined
  /** May throw. */
  readonly startWorker: () => StreamWorker
  /** A name that no other view has. */
  readonly newName: () => string
  /** Tells of `pagehide`. */
  readonly page: Pick<EventTarget, 'addEventListener'>
}): OpenStream {
  let sharing = locks

  const openOwn: OpenStream = (path, { tokens, signal }) =>
    fetch(`${path}/events`, { headers: { authorization: `Bearer ${tokens.accessToken()}` }, signal })

  return async (path, request) => {
    if (!sharing) return openOwn(path, request)
    const answer = await share(sharing, path, request).catch(() => 'not-shared' as const)
    request.signal.throwIfAborted()
    if (answer !== 'not-shared' && answer !== 'full') return answer
    if (answer === 'not-shared') sharing = undefined
    return openOwn(path, request)
  }

  async function share(
    locks: Locks,
    path: string,
    { tokens, signal }: Parameters<OpenStream>[1],
  ): Promise<Response | 'full'> {
    let answers = false
    signal.addEventListener('abort', () => {
      if (!answers) sharing = undefined
    })
    const leaving = new AbortController()
    const left = leaving.signal
    signal.addEventListener('abort', () => leaving.abort(signal.reason))
    page.addEventListener('pagehide', () => leaving.abort(), { signal })
    const lock = await holdLock(locks, `tonegate-view-${newName()}`, left)
    const worker = startWorker()
    const { port } = worker
    const post = (message: ToSharedStream) => port.postMessage(message)
    return new Promise((resolve, reject) => {
      const body = createBody()
      worker.addEventListener('error', () => reject(new TypeError('The worker does not run.')))
      port.onmessage = ({ data }) => {
        answers = true
        if (data.kind === 'full') resolve('full')
        else if (data.kind === 'refused') resolve(new Response(null, { status: data.status }))
        else if (data.kind === 'text') resolve(body.write(data.text))
        if (data.kind === 'refused' || data.kind === 'over') body.end()
      }
      left.addEventListener('abort', () => {
        port.close()
        body.end()
        resolve(new Response(null, { status: 503 }))
      })
      tokens.onRenewed(() => post({ accessToken: tokens.accessToken() }), left)
      post({ path, accessToken: tokens.accessToken(), lock })
    })
  }
}

/** Resolves with the lock's name when the page has it. It is given back when the signal aborts. */
function holdLock(locks: Locks, name: string, signal: AbortSignal): Promise<string> {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  return new Promise((resolve, reject) => {
    aborted.then(() => reject(signal.reason))
    locks
      .request(name, () => {
        resolve(name)
        return aborted
      })
      .catch(reject)
  })
}

/** The pieces of an answer that come one by one. */
function createBody() {
  let pieces: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      pieces = controller
    },
  })
  const response = new Response(stream)
  const encoder = new TextEncoder()
  return {
    write(text: string): Response {
      pieces?.enqueue(encoder.encode(text))
      return response
    },
    end() {
      pieces?.close()
      pieces = undefined
    },
  }
}
