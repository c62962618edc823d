import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'

/** A request as it came. */
export interface Received {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers a request that has been read. */
export type Answer = (response: ServerResponse, received: Received) => void

export const answer =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body)

/** A receiver of the tests: it keeps what it gets, and answers as it is told; 200 unless told otherwise. */
export async function startReceiver(t: TestContext) {
  const received: Received[] = []
  const next: Answer[] = []
  const behaviour: { always: Answer } = { always: answer(200) }
  const server = createServer(async (request, response) => {
    const { url = '', method = '', headers } = request
    const each = { path: url, method, headers, body: await textOf(request) }
    received.push(each)
    const reply = next.shift() ?? behaviour.always
    reply(response, each)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  t.after(close)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** The answers to the next requests, one each. */
    next,
    behaviour,
    close,
    /** Waits until so many requests have come. */
    got: (count: number) => eventually(async () => received.length >= count && received),
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}
