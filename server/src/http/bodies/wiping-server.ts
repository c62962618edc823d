import {
  createServer,
  IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http'
import { Socket } from 'node:net'
import { wipedReads } from '../../base/outgoing/wiped-reads.ts'
import { gatherWrites } from '../../base/turn/gathered-writes.ts'
import { inTurn } from './in-turn.ts'

/**
 * An HTTP server that keeps nothing of what it was sent: the bytes of its sockets lie in a buffer of ours that is
 * overwritten when they have been parsed, and what nobody has read of a body is overwritten when its request ends.
 * Whoever reads a body overwrites what it has read ({@link file://./take-bodies.ts}). Requests of one connection are answered
 * {@link inTurn}.
 */
export function createWipingServer(options: ServerOptions, listener: RequestListener): Server {
  const server = createServer({ ...options, IncomingMessage: WipedRequest }, inTurn(listener))
  const [serve] = server.listeners('connection') as [(this: Server, socket: Socket) => void]
  server.removeListener('connection', serve)
  server.on('connection', (accepted: Accepted) => serveWiped(accepted))

  function serveWiped(accepted: Accepted): void {
    const socket = readIntoOurs(accepted)
    serve.call(server, socket)
    // Otherwise Node.js has its parser read from the connection itself.
    socket.on('data', () => {})
  }
  return server
}

/** What Node.js does not document of a socket. */
interface Accepted extends Socket {
  _handle: unknown
  _server: Server | null
}

/** The same connection as a socket that reads into a buffer of ours, which Node.js offers for outgoing ones alone. */
function readIntoOurs(accepted: Accepted): Socket {
  const { _handle: handle, _server: server } = accepted
  const onread = wipedReads(() => socket)
  accepted._handle = null
  accepted._server = null
  const socket = new Socket({ handle, onread, allowHalfOpen: accepted.allowHalfOpen } as object) as Accepted
  socket._server = server
  // Once asked, it says where it came from after it is closed, too.
  void socket.remoteAddress
  return gatherWrites(socket)
}

/** A request whose body is overwritten at its end where nobody has read it. */
export class WipedRequest extends IncomingMessage {
  readonly #unread: Buffer[] = []
  #isUnwanted = false

  override push(piece: Buffer | null): boolean {
    if (piece === null) return super.push(null)
    if (this.#isUnwanted) {
      piece.fill(0)
      return true
    }
    const goesOn = super.push(piece)
    if (this.readableLength > 0) this.#unread.push(piece)
    return goesOn
  }

  /** Node.js has answered, and takes what nobody reads off the connection. */
  _dump(): void {
    this.#wipe()
    if (this.complete) dump.call(this)
    else this.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wipe()
    super._destroy(error, done)
  }

  #wipe(): void {
    this.#isUnwanted = true
    for (const piece of this.#unread.splice(0)) piece.fill(0)
  }
}

/** As it is, it would have Node.js drop what comes later unseen. */
const { _dump: dump } = IncomingMessage.prototype as unknown as { _dump(this: IncomingMessage): void }
