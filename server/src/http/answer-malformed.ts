import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { RefusalLine } from './refusals.ts'
import { type RequestIds, requestIdHeader } from './request-id.ts'

const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/**
 * Answers what Node.js cannot read as a request, or has waited for too long, as Node.js itself would, with an id that is
 * in the log too. A connection that was merely cut, or whose answer has begun, is closed without a word.
 */
export function answerMalformed(
  server: Server,
  {
    requestIdOf,
    refused,
  }: {
    readonly requestIdOf: RequestIds
    readonly refused: (line: RefusalLine) => void
  },
): void {
  server.on('clientError', (error: Malformed, socket: Socket) => {
    error.rawPacket?.fill(0)
    const { _httpMessage: begun } = socket as Begun
    if (socket.writable && error.code !== 'ECONNRESET' && begun?._headerSent !== true) {
      const statusLine = statusLines[error.code] ?? '400 Bad Request'
      const requestId = requestIdOf()
      refused({ requestId, method: undefined, status: Number.parseInt(statusLine, 10), code: error.code })
      socket.write(`HTTP/1.1 ${statusLine}\r\nConnection: close\r\n${requestIdHeader}: ${requestId}\r\n\r\n`)
    }
    socket.destroySoon()
  })
}

/** What Node.js does not document. */
interface Malformed extends Error {
  readonly code: string
  readonly rawPacket?: Buffer
}

interface Begun {
  readonly _httpMessage?: { readonly _headerSent?: boolean } | null
}
