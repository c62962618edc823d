import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import type { Endpoint } from '../engine-url.ts'

/** A UDP socket to one address, opened when it is needed. What cannot be sent is lost, as on the way. */
export interface ConnectedSocket {
  send(datagram: Buffer): void
  /** The next datagram has a socket of its own: the address that this one was bound to may have gone. */
  close(): void
}

/**
 * It is connected, so that the operating system takes datagrams of that address alone; those that came before it was are
 * left out too.
 */
export function createConnectedSocket(endpoint: Endpoint, take: (datagram: Buffer) => void): ConnectedSocket {
  let opened: Promise<Socket> | null = null

  function takeOwn(datagram: Buffer, from: RemoteInfo): void {
    if (from.address === endpoint.host && from.port === endpoint.port) take(datagram)
  }

  return {
    send(datagram) {
      opened ??= openSocket(endpoint, takeOwn)
      opened.then((socket) => socket.send(datagram, () => {})).catch(() => {})
    },
    close() {
      opened?.then((socket) => socket.close()).catch(() => {})
      opened = null
    },
  }
}

/** A datagram that is refused is an error of the socket's, which goes on: the other side may be starting. */
async function openSocket(
  { host, port }: Endpoint,
  take: (datagram: Buffer, from: RemoteInfo) => void,
): Promise<Socket> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4', take).unref()
  socket.on('error', () => {})
  socket.connect(port, host)
  try {
    await once(socket, 'connect')
  } catch (fault) {
    socket.close()
    throw fault
  }
  return socket
}
