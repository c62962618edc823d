import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '../../base/log.ts'
import { inTurn } from '../bodies/in-turn.ts'
import { listening } from '../listening.ts'
import { answerJson } from './answer-json.ts'
import type { Readiness } from './readiness.ts'

export interface OpsListener {
  readonly port: number
  close(): Promise<void>
}

/** Who watches a process asks briefly and often; a connection without a question is not kept. */
const timeouts = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 }

/**
 * The operations port: a server of its own, whose connections do not wait behind those of clients. `GET /healthz` answers 200
 * whenever the event loop turns, `GET /readyz` whether the process can do its work, and `GET /metrics` what it has measured.
 * Nothing here asks who is there: it is for this machine, or for a network that only operators are in.
 *
 * @param metrics answers `GET /metrics`; without it the path is not there.
 */
export async function listenOps({
  host,
  port,
  readiness,
  metrics,
  log,
}: {
  readonly host: string
  readonly port: number
  readonly readiness: Pick<Readiness, 'answer'>
  readonly metrics?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  readonly log: Log
}): Promise<OpsListener> {
  const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    '/healthz': (_request, response) => answerJson(response, 200, { status: 'alive' }),
    '/readyz': (_request, response) => void readiness.answer(response),
    ...(metrics && { '/metrics': metrics }),
  }
  const server = createServer(
    timeouts,
    inTurn((request, response) => {
      const [path = ''] = request.url?.split('?', 1) ?? []
      const answer = Object.hasOwn(answers, path) ? answers[path] : undefined
      if (!answer) return answerJson(response, 404, { status: 'not found' })
      if (request.method === 'GET' || request.method === 'HEAD') return answer(request, response)
      response.setHeader('allow', 'GET, HEAD')
      answerJson(response, 405, { status: 'method not allowed' })
    }),
  )
  await listening(server, { host, port, setting: 'TONEGATE_OPS_LISTEN' })
  server.on('error', (error) => log.error({ err: error }, 'a connection to the operations port failed'))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
