import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../base/log.ts'
import { currentRequestId, inRequest } from '../base/request-scope.ts'
import { answerMalformed } from './answer-malformed.ts'
import { createWipingServer } from './bodies/wiping-server.ts'
import { listening } from './listening.ts'
import { answerJson } from './ops/answer-json.ts'
import { createReadiness, type Readiness } from './ops/readiness.ts'
import { createRefusals } from './refusals.ts'
import { createRequestIds, requestIdHeader } from './request-id.ts'
import type { CountRefused } from './request-meter.ts'
import { hostFault, takeTarget } from './request-target.ts'

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
  /** From now on requests are answered. */
  serve(served: Served): Promise<void>
  /**
   * From now on `/readyz` says 503, and each answer ends its connection: what sends requests here finds another server.
   * Requests are still answered.
   */
  drain(): void
  /** Takes no more requests and resolves when those under way have been answered, or after ten seconds. */
  close(): Promise<void>
}

const maxClosingMilliseconds = 10_000
/** While it closes: a connection whose stream has just ended would be kept for its client's next request. */
const idleSweepMilliseconds = 50

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
 * Gives requests to the region that their host names. `GET /healthz`: the process lives. `GET /readyz`: it can do its work.
 * A port is listened at when there is something to answer, so that a proxy which asks nobody how they are finds another
 * server until then. One that the machine is to choose (0) has to be known before, and says 503.
 *
 * A request that takes longer than 30 seconds to arrive, or 15 for its headers, is answered with 408 and cut off.
 */
export async function listen({
  host,
  port,
  log,
  readiness = createReadiness(),
  patience = defaultPatience,
  countRefused = () => {},
}: {
  readonly host: string
  readonly port: number
  readonly log: Log
  readonly readiness?: Readiness
  readonly patience?: Patience
  readonly countRefused?: CountRefused | undefined
}): Promise<Listener> {
  const requestIdOf = createRequestIds()
  let served: Served | undefined
  const server = createWipingServer(
    {
      requestTimeout: patience.request,
      headersTimeout: patience.headers,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: patience.interval,
      // Refused below, so that it is in the log too.
      requireHostHeader: false,
    },
    inScope(answerRequest),
  )
  server.on('checkExpectation', inScope(refuseExpectation))
  const refused = createRefusals(log)
  answerMalformed(server, { requestIdOf, refused, countRefused })
  const listenThere = () => listening(server, { host, port, setting: 'PORT' })
  if (port === 0) await listenThere()
  // An operating system that gives out no more sockets; those that are open go on.
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be accepted'))

  function inScope(answer: RequestHandler): RequestHandler {
    return (request, response) =>
      inRequest(requestIdOf(request.headers[requestIdHeader]), () => answer(request, response))
  }

  function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
    refuse(request, response, { status: 417, text: 'only 100-continue is expected', reason: 'malformed' })
  }

  function answerRequest(request: IncomingMessage, response: ServerResponse): void {
    if (readiness.isStopping()) response.shouldKeepAlive = false
    takeTarget(request)
    const text = hostFault(request)
    if (text !== undefined) refuse(request, response, { status: 400, text, reason: 'malformed' })
    else if (request.url === '/healthz') answerJson(response, 200, { status: 'alive' })
    else if (request.url === '/readyz') void readiness.answer(response)
    else if (!served)
      refuse(request, response, { status: 503, text: stateOf(readiness), reason: 'not-ready' })
    else if (!served.mayAnswer(request))
      refuse(request, response, { status: 403, text: 'only https is accepted', reason: 'not-https' })
    else served.handlerFor(request.headers.host)(request, response)
  }

  function refuse(
    { method }: IncomingMessage,
    response: ServerResponse,
    { status, text, reason }: Refused,
  ): void {
    countRefused(reason)
    refused({ requestId: currentRequestId() ?? '', method, status, code: text })
    answerJson(response, status, { status: text })
  }

  return {
    port: port === 0 ? (server.address() as AddressInfo).port : port,
    async serve(now) {
      served = now
      if (!server.listening) await listenThere()
      readiness.look(now.ready)
    },
    drain: readiness.stop,
    async close() {
      readiness.stop()
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

interface Refused {
  readonly status: number
  readonly text: string
  readonly reason: Parameters<CountRefused>[0]
}

const stateOf = (readiness: Readiness): string => (readiness.isStopping() ? 'stopping' : 'starting')
