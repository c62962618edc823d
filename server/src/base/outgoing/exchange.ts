import { type ClientRequest, type Agent as HttpAgent, request as httpRequest } from 'node:http'
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import {
  type AddressRules,
  type lookupForConnection,
  notLookedUp,
  withoutBrackets,
} from './checked-look-up.ts'
import type { OutgoingFault } from './no-answer-reasons.ts'
import { reasonOf, type Step, timeoutReasons } from './no-answer-reasons.ts'
import { NoAnswer, type OutgoingAnswer, type OutgoingRequest } from './outgoing.ts'
import { readBody } from './read-body.ts'

/** What all requests of one way out share. */
export interface Connections extends AddressRules {
  readonly clock: Clock
  readonly http: HttpAgent
  readonly https: HttpsAgent
  readonly connectionLookup: ReturnType<typeof lookupForConnection>
  /** A connection may be handed to a request that waited for it, and Node does not say then that it was used before. */
  readonly established: WeakSet<Socket>
}

/** How far a request has come. */
interface Progress {
  connected: boolean
  responded: boolean
  step: Step
}

const defaultMaxBytes = 256 * 1024
const handshakeFaults = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/

/** Sends one request and reads its answer. @throws {NoAnswer} */
export function exchange(connections: Connections, order: OutgoingRequest): Promise<OutgoingAnswer> {
  const { url, body, signal, maxBytes = defaultMaxBytes, onPart } = order
  return new Promise((resolve, reject) => {
    const progress: Progress = { connected: false, responded: false, step: 'waiting' }
    const request = openRequest(connections, order)
    const stopWaiting = connections.clock.after(order.timeoutMilliseconds, () =>
      fail(new NoAnswer('timeout', progress.connected, timeoutReasons[progress.step])),
    )
    const abort = () => fail('aborted')
    signal?.addEventListener('abort', abort, { once: true })

    function end(): void {
      stopWaiting()
      signal?.removeEventListener('abort', abort)
    }
    function fail(fault: OutgoingFault | NoAnswer): void {
      end()
      reject(fault instanceof NoAnswer ? fault : new NoAnswer(fault, progress.connected))
      request.destroy()
    }
    /** In a turn of its own, when the head has gone: what goes together is copied together. */
    function sendSecret(): void {
      if (!request.destroyed) request.end(body)
    }
    function isConnected(): void {
      progress.connected = true
      progress.step = 'asked'
      if (order.wipeBody) setImmediate(sendSecret)
    }
    request.on('socket', (socket) => {
      if (connections.established.has(socket)) isConnected()
      else followConnecting(socket, url, { connections, progress, isConnected, fail })
    })
    request.on('error', (error) => fail(faultOf(error, progress)))
    request.on('close', () => {
      if (!progress.responded) fail('connection-lost')
    })
    request.on('response', (response) => {
      progress.responded = true
      progress.step = 'answering'
      readBody(response, maxBytes, response.statusCode === 200 ? onPart : undefined).then(
        (read) => {
          end()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read })
        },
        (error) => fail(error instanceof NoAnswer ? error : brokenOff()),
      )
    })
    if (signal?.aborted) fail('aborted')
    else if (order.wipeBody) request.flushHeaders()
    else request.end(body)
  })
}

function openRequest(
  { http, https, connectionLookup }: Connections,
  { url, method, headers, body }: OutgoingRequest,
): ClientRequest {
  const [ask, agent] = url.protocol === 'https:' ? [httpsRequest, https] : [httpRequest, http]
  return ask(url, {
    method,
    agent,
    lookup: connectionLookup as never,
    headers: { ...headers, ...(body && { 'content-length': String(body.length) }) },
  })
}

/** Follows a new connection until it stands, and goes to an address that it may go to. */
function followConnecting(
  socket: Socket,
  url: URL,
  {
    connections: { privateAddresses, isPublic, established },
    progress,
    isConnected,
    fail,
  }: {
    readonly connections: Connections
    readonly progress: Progress
    readonly isConnected: () => void
    readonly fail: (fault: NoAnswer) => void
  },
): void {
  const isSecure = url.protocol === 'https:'
  progress.step = isIP(withoutBrackets(url.hostname)) ? 'connecting' : 'look-up'
  socket.once('lookup', () => {
    progress.step = 'connecting'
  })
  socket.once('connect', () => {
    progress.step = isSecure ? 'handshake' : 'asked'
  })
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    if (privateAddresses === 'refused' && !isPublic(socket.remoteAddress ?? '')) {
      fail(new NoAnswer('private-address', false))
      return
    }
    established.add(socket)
    isConnected()
  })
}

function faultOf(
  error: Error & { readonly code?: string },
  { connected, step }: { readonly connected: boolean; readonly step: Step },
): NoAnswer {
  if (error instanceof NoAnswer) return error
  const { code = '' } = error
  if (connected) return new NoAnswer('connection-lost', true, reasonOf('connection-lost', code, step))
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return notLookedUp(error)
  const fault = handshakeFaults.test(code) ? 'bad-certificate' : 'no-connection'
  return new NoAnswer(fault, false, reasonOf(fault, code, step))
}

const brokenOff = () =>
  new NoAnswer('connection-lost', true, 'it closed the connection in the middle of its answer')
