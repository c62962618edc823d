import { createServer, type Server } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import type { Clock } from '../base/clock.ts'
import { gatherWrites } from '../base/turn/gathered-writes.ts'
import type { SplitRole } from '../config/channel-settings.ts'
import { WipedRequest } from '../http/bodies/wiping-server.ts'
import type { RequestHandler } from '../http/listen.ts'
import { type ListenSetting, listening } from '../http/listening.ts'

/**
 * TLS with a pre-shared key (RFC 5489): each side proves to the other that it has the key, before a byte of a request
 * is read; the session keys do not follow from it, so that what was recorded stays secret when it is lost. There are
 * no certificates that could expire.
 */
const tls = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305:ECDHE-PSK-AES256-CBC-SHA384',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const satisfies ConnectionOptions

/** What one of the two processes calls itself. */
export const nameOf = (role: SplitRole): string => `tonegate-${role}`

/** How one process connects to another. @param key 32 bytes, which both have. */
export const connectionAs = (identity: string, key: Uint8Array): ConnectionOptions => ({
  ...tls,
  pskCallback: () => ({ psk: key, identity }),
  // Nobody without the key gets this far, and there is no certificate whose name could be compared.
  checkServerIdentity: () => undefined,
})

/**
 * Listens for other processes of ours, and for nobody else. What they send leaves nothing in memory.
 *
 * @param keyOf the key of whoever calls itself so; `undefined` for a stranger.
 */
export async function listenFor(
  keyOf: (identity: string) => Uint8Array | undefined,
  {
    host,
    port,
    setting = 'TONEGATE_CHANNEL_LISTEN',
    handshakeTimeout = 10_000,
    handler,
  }: {
    readonly host: string
    readonly port: number
    /** The variable that says where. */
    readonly setting?: ListenSetting
    /** So many milliseconds a stranger has to show the key. */
    readonly handshakeTimeout?: number
    readonly handler: RequestHandler
  },
): Promise<Server> {
  const server = createServer(
    {
      ...tls,
      pskIdentityHint: '',
      pskCallback: (_socket, identity) => keyOf(identity) ?? null,
      handshakeTimeout,
      keepAliveTimeout: 65_000,
      maxHeaderSize: maxHeaderBytes,
      IncomingMessage: WipedRequest,
    },
    handler,
  )
  server.maxHeadersCount = 0
  server.on('secureConnection', gatherWrites)
  await listening(server, { host, port, setting })
  return server
}

/** What a client's request may have, and what is added to it where it goes on. */
const maxHeaderBytes = 32 * 1024

const maxStoppingMilliseconds = 10_000
/** How soon a connection is let go whose last request has been answered. */
const idleSweepMilliseconds = 50

/** Takes no more requests, and resolves when those under way have been answered, or after ten seconds. */
export const stopListening = (server: Server, clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    const cut = clock.after(maxStoppingMilliseconds, () => server.closeAllConnections())
    const stopSweeping = clock.every(idleSweepMilliseconds, () => server.closeIdleConnections())
    server.close(() => {
      cut()
      stopSweeping()
      resolve()
    })
  })
