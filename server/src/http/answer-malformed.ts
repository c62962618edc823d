import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { RefusalLine } from './refusals.ts'
import { type RequestIds, requestIdHeader } from './request-id.ts'
import type { CountRefused } from './request-meter.ts'

const faults: Readonly<Record<string, readonly [statusLine: string, reason: Parameters<CountRefused>[0]]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'too-large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['413 Payload Too Large', 'too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'too-slow'],
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
    countRefused,
  }: {
    readonly requestIdOf: RequestIds
    readonly refused: (line: RefusalLine) => void
    readonly countRefused: CountRefused
  },
): void {
  server.on('clientError', (error: Malformed, socket: Socket) => {
    error.rawPacket?.fill(0)
    const { _httpMessage: begun } = socket as Begun
    if (socket.writable && error.code !== 'ECONNRESET' && begun?._headerSent !== true) {
      const [statusLine, reason] = faults[error.code] ?? ['400 Bad Request', 'malformed']
      const requestId = requestIdOf()
      refused({ requestId, method: undefined, status: Number.parseInt(statusLine, 10), code: error.code })
      countRefused(reason)
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
