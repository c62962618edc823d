import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { maskedMessage } from '../masked-transport.ts'

/** A request of Node.js as the SDK takes them. The signal says that nobody waits for the answer any more. */
export function webRequestOf(request: IncomingMessage, url: URL, signal: AbortSignal): Request {
  const { method = 'GET', headersDistinct } = request
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value)
  const body = method === 'POST' ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } : {}
  return new Request(url, { method, headers, signal, ...body } as RequestInit)
}

/** Sends an answer of the SDK. What it refuses by itself may repeat a word of the request, which is masked. */
export async function sendAnswer(response: ServerResponse, answer: Response): Promise<void> {
  // What of the request has not been read is not waited for.
  if (answer.status >= 400) response.shouldKeepAlive = false
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (answer.status >= 400) response.end(masked(await answer.text()))
  else if (!answer.body) response.end()
  else {
    response.flushHeaders()
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response)
  }
}

const masked = (body: string): string => (body === '' ? '' : JSON.stringify(maskedMessage(JSON.parse(body))))
