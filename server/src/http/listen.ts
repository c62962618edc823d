import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../base/log.ts'
import { currentRequestId, inRequest } from '../base/request-scope.ts'
import { answerMalformed } from './answer-malformed.ts'
import { createWipingServer } from './bodies/wiping-server.ts'
import { reasonNotReady } from './not-ready.ts'
import { createRefusals } from './refusals.ts'
import { createRequestIds, requestIdHeader } from './request-id.ts'

/** Answers a request; what Fastify calls `routing`. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

/** What stands behind the port. */
export interface Served {
  /** The handler for a `Host` header. */
  handlerFor(host: string | undefined): RequestHandler
  /** Whether a request may be answered, by the way it came. */
  mayAnswer(request: IncomingMessage): boolean
  /**
   * Resolves when every part can do its work, with what is told besides, and rejects when one cannot.
   *
   * @throws {NotReady} when it is to be told why.
   */
  ready(): Promise<object>
}

export interface Listener {
  readonly port: number
  /** From now on requests are answered; until then `/readyz` says 503. */
  serve(served: Served): void
  /** Takes no more requests and resolves when those under way have been answered, or after ten seconds. */
  close(): Promise<void>
}

const maxClosingMilliseconds = 10_000
/** While it closes: a connection whose stream has just ended would be kept for its client's next request. */
const idleSweepMilliseconds = 50

/** Seconds after which whoever asks too early, or a server that is not well, may ask again. */
const retryAfter = '5'

/** How long is waited for a request to arrive, in milliseconds. */
interface Patience {
  readonly headers: number
  /** Headers and body. */
  readonly request: number
  /** How often it is looked. */
  readonly interval: number
}

const defaultPatience: Patience = { headers: 15_000, request: 30_000, interval: 5_000 }

/**
 * Listens at once, so that the port is known (and taken) before anything else is opened, and gives requests
 * to the region that their host names. `GET /healthz`: the process lives. `GET /readyz`: it can do its work.
 *
 * A request that takes longer than 30 seconds to arrive, or 15 for its headers, is answered with 408 and cut off.
 */
export async function listen({
  host,
  port,
  log,
  patience = defaultPatience,
}: {
  readonly host: string
  readonly port: number
  readonly log: Log
  readonly patience?: Patience
}): Promise<Listener> {
  const requestIdOf = createRequestIds()
  let served: Served | undefined
  const server = createWipingServer(
    {
      requestTimeout: patience.request,
      headersTimeout: patience.headers,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: patience.interval,
    },
    (request, response) =>
      inRequest(requestIdOf(request.headers[requestIdHeader]), () => answerRequest(request, response)),
  )
  const refused = createRefusals(log)
  answerMalformed(server, { requestIdOf, refused })
  await listening(server, { host, port })
  // An operating system that gives out no more sockets; those that are open go on.
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'))

  function answerRequest(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/healthz') answer(response, 200, { status: 'alive' })
    else if (request.url === '/readyz') void answerReadiness(response, served)
    else if (!served) refuse(request, response, { status: 503, text: 'starting' })
    else if (!served.mayAnswer(request))
      refuse(request, response, { status: 403, text: 'only https is accepted' })
    else served.handlerFor(request.headers.host)(request, response)
  }

  function refuse(
    { method }: IncomingMessage,
    response: ServerResponse,
    { status, text }: { readonly status: number; readonly text: string },
  ): void {
    refused({ requestId: currentRequestId() ?? '', method, status, code: text })
    answer(response, status, { status: text })
  }

  return {
    port: (server.address() as AddressInfo).port,
    serve(now) {
      served = now
    },
    async close() {
      served = undefined
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const cut = setTimeout(() => server.closeAllConnections(), maxClosingMilliseconds)
      const idleSweep = setInterval(() => server.closeIdleConnections(), idleSweepMilliseconds)
      await closed
      clearTimeout(cut)
      clearInterval(idleSweep)
    },
  }
}

function listening(server: Server, at: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

async function answerReadiness(response: ServerResponse, served: Served | undefined): Promise<void> {
  if (!served) return answer(response, 503, { status: 'starting or stopping' })
  try {
    answer(response, 200, { status: 'ready', ...(await served.ready()) })
  } catch (error) {
    answer(response, 503, { status: reasonNotReady(error) })
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      [requestIdHeader]: currentRequestId(),
      ...(status === 503 && { 'retry-after': retryAfter }),
    })
    .end(JSON.stringify(body))
}
