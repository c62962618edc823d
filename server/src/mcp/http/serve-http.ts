import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server'
import type { Clock } from '../../base/clock.ts'
import { within } from '../../base/within.ts'
import { maskedServer } from '../masked-transport.ts'
import { WrongSettings } from '../settings.ts'
import type { HttpSettings } from './http-settings.ts'
import { agentIn, path, refusal, refuse } from './refuse-request.ts'
import { sendAnswer, webRequestOf } from './web-exchange.ts'

/** Of a request; the largest that a tool takes is a few KiB. */
const maxBytes = 256 * 1024
/** Each that follows a session is at work for as long as it waits. */
const maxAtWork = 500
const maxClosingMilliseconds = 3_000

const patience = {
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
}

/** Where and for whom the server is, and what it has for an agent. */
export interface HttpParts {
  readonly http: HttpSettings
  readonly clock: Clock
  /** Of the settings: the only one that is served. */
  readonly agentId: string | undefined
  readonly serverOf: (agentId: string | undefined) => McpServer
  readonly complain: (text: string) => void
  /** Requests at once. */
  readonly most?: number
}

/**
 * The MCP server by streamable HTTP at `/mcp`, in every revision of the protocol. Nothing is kept of a connection: its agent
 * is in the address, `?agentId=`, which is in a client’s configuration and which no model says. `GET /healthz`: the process
 * lives.
 *
 * @throws {WrongSettings} where it cannot listen.
 */
export async function serveHttp(parts: HttpParts): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { http, clock, most = maxAtWork } = parts
  const atWork = new Map<Promise<void>, AbortController>()
  const handler = handlerFor(parts, most)
  let isClosing = false

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal) {
    const url = URL.parse(request.url ?? '', 'http://localhost')
    if (url?.pathname === '/healthz') return sendAnswer(response, Response.json({ status: 'alive' }))
    const isBusy = isClosing || atWork.size >= most
    const refused = refusal(request, url, parts) ?? (isBusy ? busy() : undefined)
    if (refused || !url) return sendAnswer(response, refused ?? refuse(400, 'The address is malformed.'))
    await sendAnswer(response, await handler.fetch(webRequestOf(request, url, signal)))
  }

  const server = createServer(patience, (request, response) => {
    const left = new AbortController()
    response.on('close', () => left.abort())
    const work = answer(request, response, left.signal)
      .catch((error) => {
        if (!left.signal.aborted) parts.complain(`A request could not be answered: ${error}`)
        response.destroy()
      })
      .finally(() => atWork.delete(work))
    atWork.set(work, left)
  })
  await listening(server, http)
  return {
    url: urlOf(http, server),
    /** Takes no more requests, and waits a moment for those that are under way. */
    async close() {
      isClosing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await within(Promise.all(atWork.keys()), maxClosingMilliseconds, clock)
      for (const left of atWork.values()) left.abort()
      await handler.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const handlerFor = ({ serverOf, agentId, complain }: HttpParts, most: number) =>
  createMcpHandler(
    ({ requestInfo }) => maskedServer(serverOf(agentIn(new URL(requestInfo?.url ?? '')) ?? agentId)),
    {
      // Headers and heartbeats go at once, so that a proxy waits for as long as a tool does.
      responseMode: 'sse',
      maxRequestBodySize: maxBytes,
      maxSubscriptions: most,
      onerror: ({ message }) => complain(message.replace(/\s+/g, ' ').slice(0, 300)),
    },
  )

const busy = () => refuse(503, 'This MCP server has too much to do. Try again.', { 'retry-after': '1' })

const urlOf = ({ host }: HttpSettings, server: Server): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}${path}`

function listening(server: Server, { host, port }: HttpSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new WrongSettings(`The MCP server cannot listen at ${host}, port ${port} (${code}).`)),
    )
    server.listen({ host, port }, resolve)
  })
}
