import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../clock.ts'
import { ownBytes } from '../own-bytes.ts'
import { createLookUpHost, type HostAddress, type LookUpHost } from './look-up-host.ts'
import type { OutgoingFault } from './no-answer-reasons.ts'
import { defaultReasons, reasonOf, type Step, timeoutReasons } from './no-answer-reasons.ts'
import { isPublicAddress } from './public-address.ts'
import { wipedReads } from './wiped-reads.ts'

/** A request to a server that is not ours. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** http or https, without credentials in it. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /**
   * Whether the body is overwritten with zeros once it has left, or never will: it holds a secret. It is handed to the
   * connection by itself and not before that stands, so that Node.js copies it nowhere.
   */
  readonly wipeBody?: boolean
  /** From the beginning to the last byte of the answer. */
  readonly timeoutMilliseconds: number
  /** Of the answer's body; 256 KiB unless said. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

/** What came back: of any status, a redirect too, which is never followed. */
export interface OutgoingAnswer {
  readonly status: number
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
}

/** There is no answer, or none that can be used. Its text names no header, body, path or query of the request. */
export class NoAnswer extends Error {
  readonly fault: OutgoingFault
  /** False only where not a byte of the request can have reached the other side. */
  readonly mayHaveArrived: boolean
  /** What happened, in words that go on after the other side's name: `it refused the connection`. */
  readonly reason: string
  constructor(fault: OutgoingFault, mayHaveArrived: boolean, reason: string = defaultReasons[fault]) {
    super(`No answer: ${fault}.`)
    this.name = 'NoAnswer'
    this.fault = fault
    this.mayHaveArrived = mayHaveArrived
    this.reason = reason
  }
}

/**
 * Sends a request and reads its answer.
 *
 * @throws {NoAnswer}
 */
export type Outgoing = (request: OutgoingRequest) => Promise<OutgoingAnswer>

const defaultMaxBytes = 256 * 1024
/** A connection that has not been used for so long is given up, so that hosts once asked hold none for ever. */
const maxIdleMilliseconds = 60_000
const handshakeFaults = /CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/

const defaultLookUp = createLookUpHost()

/**
 * The way out to servers that are not ours. Connections are kept and used again; redirects are not followed; an
 * answer is bounded in time and length. Unless `privateAddresses` is `allowed`, a host one of whose addresses is
 * private or loopback is refused, and the connection goes to an address that was looked at: a name that changes its
 * address in between gains nothing.
 *
 * @param tls how connections by TLS are made, where it is not as usual.
 */
export function createOutgoing({
  clock,
  privateAddresses,
  lookup = defaultLookUp,
  isPublic = isPublicAddress,
  maxSockets = 64,
  tls = {},
}: {
  readonly clock: Clock
  readonly privateAddresses: 'refused' | 'allowed'
  readonly lookup?: LookUpHost
  /** Which addresses are of the public Internet. */
  readonly isPublic?: (address: string) => boolean
  /** To one host at a time. */
  readonly maxSockets?: number
  readonly tls?: ConnectionOptions
}): { readonly send: Outgoing; close(): void } {
  const kept = {
    keepAlive: true,
    maxSockets,
    scheduling: 'lifo',
    timeout: maxIdleMilliseconds,
  } as const
  /** A connection may be handed to a request that waited for it, and Node does not say then that it was used before. */
  const established = new WeakSet<Socket>()
  const http = readWiped(new HttpAgent(kept))
  const https = readWiped(new HttpsAgent({ ...kept, minVersion: 'TLSv1.2', ...tls }))

  async function addressesOf(host: string): Promise<readonly HostAddress[]> {
    const family = isIP(host)
    const found = family ? [{ address: host, family }] : await lookup(host)
    if (privateAddresses === 'refused' && found.some(({ address }) => !isPublic(address))) {
      throw new NoAnswer('private-address', false)
    }
    return found
  }

  /** What Node asks when it connects: the same look again, so that the connection goes where it was looked at. */
  function lookupForConnection(
    host: string,
    options: { readonly all?: boolean },
    done: (error: Error | null, address: unknown, family?: number) => void,
  ): void {
    addressesOf(host).then(
      (found) => {
        const [first] = found
        if (!first) done(new NoAnswer('no-such-host', false), '')
        else if (options.all) done(null, found)
        else done(null, first.address, first.family)
      },
      (error) => done(error instanceof NoAnswer ? error : notLookedUp(error), ''),
    )
  }

  async function send(order: OutgoingRequest): Promise<OutgoingAnswer> {
    try {
      const { protocol, username, password } = order.url
      if (!/^https?:$/.test(protocol) || username !== '' || password !== '') {
        throw new TypeError('A request needs an http or https URL without credentials.')
      }
      await refusePrivateLiteral(order.url)
      return await exchange(order)
    } finally {
      if (order.wipeBody) order.body?.fill(0)
    }
  }

  /** Node looks nothing up for an address that is written out. */
  async function refusePrivateLiteral({ hostname }: URL): Promise<void> {
    const host = hostname.replace(/^\[|\]$/g, '')
    if (isIP(host)) await addressesOf(host)
  }

  function exchange(order: OutgoingRequest): Promise<OutgoingAnswer> {
    const { url, method, headers, body, maxBytes = defaultMaxBytes } = order
    return new Promise((resolve, reject) => {
      const [ask, agent] = url.protocol === 'https:' ? [httpsRequest, https] : [httpRequest, http]
      const request: ClientRequest = ask(url, {
        method,
        agent,
        lookup: lookupForConnection as never,
        headers: { ...headers, ...(body && { 'content-length': String(body.length) }) },
      })
      let connected = false
      let responded = false
      let step: Step = 'waiting'
      const stopWaiting = clock.after(order.timeoutMilliseconds, () =>
        fail(new NoAnswer('timeout', connected, timeoutReasons[step])),
      )
      const abort = () => fail('aborted')
      order.signal?.addEventListener('abort', abort, { once: true })

      function end(): void {
        stopWaiting()
        order.signal?.removeEventListener('abort', abort)
      }
      function fail(fault: OutgoingFault | NoAnswer): void {
        end()
        reject(fault instanceof NoAnswer ? fault : new NoAnswer(fault, connected))
        request.destroy()
      }
      /** In a turn of its own, when the head has gone: what goes together is copied together. */
      function sendSecret(): void {
        if (!request.destroyed) request.end(body)
      }
      request.on('socket', (socket) => {
        if (established.has(socket)) {
          connected = true
          step = 'asked'
          if (order.wipeBody) setImmediate(sendSecret)
          return
        }
        step = isIP(url.hostname.replace(/^\[|\]$/g, '')) ? 'connecting' : 'look-up'
        socket.once('lookup', () => {
          step = 'connecting'
        })
        socket.once('connect', () => {
          step = url.protocol === 'https:' ? 'handshake' : 'asked'
        })
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          if (privateAddresses === 'refused' && !isPublic(socket.remoteAddress ?? '')) {
            fail(new NoAnswer('private-address', false))
            return
          }
          established.add(socket)
          connected = true
          step = 'asked'
          if (order.wipeBody) setImmediate(sendSecret)
        })
      })
      request.on('error', (error) => fail(faultOf(error, { connected, step })))
      request.on('close', () => {
        if (!responded) fail('connection-lost')
      })
      request.on('response', (response) => {
        responded = true
        step = 'answering'
        readBody(response, maxBytes).then(
          (read) => {
            end()
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read })
          },
          (error) => fail(error instanceof NoAnswer ? error : brokenOff()),
        )
      })
      if (order.signal?.aborted) fail('aborted')
      else if (order.wipeBody) request.flushHeaders()
      else request.end(body)
    })
  }

  return {
    send,
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

/** The agent, whose connections leave nothing in memory of what they have brought. */
function readWiped<Kind extends HttpAgent>(agent: Kind): Kind {
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    const socket = connect({ ...options, onread: wipedReads(() => socket) } as typeof options, done) as Socket
    return socket
  }
  return agent
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

const notLookedUp = ({ code }: { readonly code?: string }): NoAnswer =>
  new NoAnswer('no-such-host', false, reasonOf('no-such-host', code, 'look-up'))

const brokenOff = () =>
  new NoAnswer('connection-lost', true, 'it closed the connection in the middle of its answer')

/** A gateway may repeat a card's number: its answer is in bytes of its own, and in no piece beside. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  try {
    if (Number(response.headers['content-length']) > maxBytes) throw new NoAnswer('answer-too-long', true)
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part)
      length += part.length
      if (length > maxBytes) throw new NoAnswer('answer-too-long', true)
    }
    return joined(parts, length)
  } catch (error) {
    response.destroy()
    throw error
  } finally {
    for (const part of parts) part.fill(0)
  }
}

function joined(parts: readonly Buffer[], length: number): Buffer {
  const whole = ownBytes(length)
  let at = 0
  for (const part of parts) at += part.copy(whole, at)
  return whole
}
