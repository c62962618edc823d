import type {
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http'
import { type Agent, request as httpsRequest } from 'node:https'
import { currentRequestId } from '../base/request-scope.ts'
import { traceHeader } from '../base/tracing/in-span.ts'
import { traceparentHeader } from '../base/tracing/traceparent.ts'
import { requestIdHeader } from '../http/request-id.ts'
import { remoteAddressHeader } from './forwarded.ts'
import { saysNotHere } from './not-here.ts'

/** A stream of events says every 15 seconds that it is there, and a page waits for 20 at most. */
const maxSilentMilliseconds = 35_000

/** Of one connection alone (RFC 9110 §7.6.1), answered by whoever forwards, or said by this process in its place. */
const ofTheConnection = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  traceparentHeader,
  'trailer',
  'transfer-encoding',
  'upgrade',
]

function withoutHopByHop(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = { ...headers }
  for (const name of ofTheConnection) delete kept[name]
  return kept
}

/**
 * Has another node answer a request, and hands its answer on as it comes: a stream of events too. What passes of the body
 * is overwritten behind it. Nothing of it is read before the other node is reached.
 *
 * @param path where the other node takes it.
 * @param sayUnanswered says in its place that there is no answer, where nothing of one has come.
 */
export function forward(
  { agent, url, path }: { readonly agent: Agent; readonly url: URL; readonly path: string },
  request: IncomingMessage,
  response: ServerResponse,
  sayUnanswered: () => void,
): void {
  // Whoever asked has left while it was found out whose the request is.
  if (response.destroyed) return
  const onward = httpsRequest({
    agent,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    method: request.method,
    path,
    headers: {
      ...withoutHopByHop(request.headers),
      [remoteAddressHeader]: request.socket.remoteAddress,
      [requestIdHeader]: currentRequestId(),
      ...traceHeader(),
    },
  })

  const unanswered = onlyOnce(sayUnanswered)
  onward.once('response', (answer) => {
    if (saysNotHere(answer)) {
      answer.resume()
      return unanswered()
    }
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers))
    // A stream of events may begin with nothing; anything else goes with its first piece, in one write.
    if (answer.headers['content-length'] === undefined) response.flushHeaders()
    answer.on('error', () => response.destroy()).pipe(response)
  })
  onward.setTimeout(maxSilentMilliseconds, () => onward.destroy(new Error('The other node is silent.')))
  onward.on('error', () => {
    if (response.headersSent) response.destroy()
    else if (!response.destroyed) unanswered()
  })
  response.once('close', () => onward.destroy())

  request.once('error', () => onward.destroy())
  onward.once('socket', (socket) => {
    if (socket.connecting) socket.once('secureConnect', () => passBody(request, onward))
    else passBody(request, onward)
  })
}

function passBody(request: IncomingMessage, onward: ClientRequest): void {
  if (request.readableEnded) return void onward.end()
  request.on('data', (piece: Buffer) => {
    const own = Buffer.from(piece)
    piece.fill(0)
    if (!onward.write(own, () => own.fill(0))) request.pause()
  })
  onward.on('drain', () => request.resume())
  request.once('end', () => onward.end())
}

function onlyOnce(action: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) action()
    isDone = true
  }
}
