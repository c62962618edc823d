import { createSocket } from 'node:dgram'
import { isIP } from 'node:net'
import type { Log } from '../../../base/log.ts'
import type { Endpoint } from '../engine-url.ts'

const maxBytes = 2_048

/**
 * Listens to an engine's log of keys (`--dtmf-log-dest`): one JSON object a datagram, of the engine's own address alone.
 * Datagrams get lost and say nothing of a restart, so this is never the only source. What has been read is overwritten.
 *
 * @returns what closes it.
 */
export function listenToLog({
  at: { host, port },
  engine,
  log,
  told,
}: {
  readonly at: Endpoint
  readonly engine: Endpoint
  readonly log: Log
  readonly told: (key: unknown) => void
}): () => void {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4', (datagram, from) => {
    const key = from.address === engine.host && datagram.length <= maxBytes && readLine(datagram)
    datagram.fill(0)
    if (key) told(key)
  }).unref()
  socket.on('error', (fault: NodeJS.ErrnoException) => {
    log.warn({ engine: engine.host, fault: fault.code }, 'rtpengine’s log of keys could not be listened to')
  })
  socket.bind(port, host)
  return () => void socket.close()
}

function readLine(datagram: Buffer): unknown {
  try {
    return JSON.parse(datagram.toString())
  } catch {
    return undefined
  }
}
