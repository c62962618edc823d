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
import type { NodeId } from '../store/nodes/node-id.ts'
import { remoteAddressHeader } from './forwarded.ts'
import { isOfAnother, meantForHeader, saysNotHere } from './not-here.ts'
import { anotherIsThere, reasonUnreached } from './tell-unreached.ts'

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

/** Whether a request has a body, by how it is framed (RFC 9112 §6.3). */
const hasBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'

/** Whether a part of its body has gone to another node, or may be about to: it cannot go to a second one. */
export const isPassedOn = (request: Pick<IncomingMessage, 'headers' | 'readableFlowing'>): boolean =>
  request.readableFlowing !== null && hasBody(request)

/** Its body goes on in chunks where it has come so: Node.js would send that of a GET with no frame at all. */
const framing = ({ headers }: IncomingMessage): OutgoingHttpHeaders =>
  headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }

/**
 * Has another node answer a request, and hands its answer on as it comes: a stream of events too. What passes of the body
 * is overwritten behind it. Nothing of it is read before the other node is reached.
 *
 * @param path where the other node takes it.
 * @param sayUnanswered says in its place that there is no answer, where nothing of one has come; it is told why, where that is
 *   for the operator.
 */
export function forward(
  {
    agent,
    url,
    node,
    path,
  }: { readonly agent: Agent; readonly url: URL; readonly node: NodeId; readonly path: string },
  request: IncomingMessage,
  response: ServerResponse,
  sayUnanswered: (reason?: string) => void,
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
      ...framing(request),
      [meantForHeader]: node,
      [remoteAddressHeader]: request.socket.remoteAddress,
      [requestIdHeader]: currentRequestId(),
      ...traceHeader(),
    },
  })

  const unanswered = onlyOnce(sayUnanswered)
  onward.once('response', (answer) => {
    if (saysNotHere(answer)) {
      answer.resume()
      return unanswered(isOfAnother(answer) ? anotherIsThere : undefined)
    }
    if (answer.headers.connection === 'close' && !request.complete) response.shouldKeepAlive = false
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers))
    // A stream of events may begin with nothing; anything else goes with its first piece, in one write.
    if (answer.headers['content-length'] === undefined) response.flushHeaders()
    answer.on('error', () => response.destroy()).pipe(response)
  })
  endWhenSilent(onward)
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy()
    else if (!response.destroyed) unanswered(reasonUnreached(error))
  })
  response.once('close', () => onward.destroy())

  request.once('error', () => onward.destroy())
  onward.once('socket', (socket) => {
    if (socket.connecting) socket.once('secureConnect', () => passBody(request, onward, response))
    else passBody(request, onward, response)
  })
}

/** What another node does not answer, or stops telling of, breaks off. */
export const endWhenSilent = (onward: ClientRequest): void =>
  void onward.setTimeout(maxSilentMilliseconds, () => onward.destroy(new Error('The other node is silent.')))

function passBody(request: IncomingMessage, onward: ClientRequest, response: ServerResponse): void {
  if (!hasBody(request)) return void onward.end()
  const pass = (piece: Buffer) => {
    const own = Buffer.from(piece)
    piece.fill(0)
    if (!onward.write(own, () => own.fill(0))) request.pause()
  }
  request.on('data', pass)
  onward.on('drain', () => request.resume())
  request.once('end', () => onward.end())
  // It may be answered before all of it is there: what still comes leaves the connection, for the next request.
  onward.once('close', () => {
    if (!response.destroyed) request.removeListener('data', pass).pause()
  })
  response.once('close', () => request.removeListener('data', pass).on('data', wipe).resume())
}

const wipe = (piece: Buffer): void => void piece.fill(0)

function onlyOnce<V extends unknown[]>(action: (...values: V) => void): (...values: V) => void {
  let isDone = false
  return (...values) => {
    if (!isDone) action(...values)
    isDone = true
  }
}
