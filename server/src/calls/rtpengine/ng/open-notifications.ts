import { connect } from 'node:net'
import type { Clock, Stop } from '../../../base/clock.ts'
import type { Endpoint } from '../engine-url.ts'
import { createNotificationSplitter } from './split-notifications.ts'

/** Hears what one engine tells of keys. */
export interface NotificationListeners {
  readonly opened: () => void
  /** What was told until now is all: the engine may have been restarted, or is not there. */
  readonly closed: (reason: string) => void
  /** A key, as {@link readKeyReport} reads it. */
  readonly told: (key: unknown) => void
}

const openingMilliseconds = 2_000
/** So soon the operating system looks whether a silent connection’s other end is still there. */
const keepAliveMilliseconds = 1_000

/**
 * The NG protocol over TCP. Whoever is connected is told of each key of each call (`--dtmf-log-ng-tcp`), in its order; and
 * that the connection closes says that the engine was restarted.
 *
 * @returns what closes it.
 */
export function openNotifications({
  endpoint: { host, port },
  clock,
  listeners,
}: {
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly listeners: NotificationListeners
}): Stop {
  const splitter = createNotificationSplitter()
  let reason = 'No connection to rtpengine could be opened.'
  const socket = connect({ host, port, keepAlive: true, keepAliveInitialDelay: keepAliveMilliseconds })
  const stopOpening = clock.after(openingMilliseconds, () => socket.destroy())
  socket.unref()
  socket.on('error', () => {})
  socket.on('connect', () => {
    stopOpening()
    reason = 'The connection to rtpengine closed.'
    listeners.opened()
  })
  socket.on('data', (bytes) => {
    const { messages, isMalformed } = splitter.take(bytes as Buffer)
    for (const message of messages) if (isKey(message)) listeners.told(message.data)
    if (!isMalformed) return
    reason = 'What rtpengine sent could not be read.'
    socket.destroy()
  })
  socket.on('close', () => {
    stopOpening()
    splitter.clear()
    listeners.closed(reason)
  })
  return () => void socket.destroy()
}

const isKey = (message: unknown): message is { readonly data: unknown } =>
  typeof message === 'object' &&
  message !== null &&
  'notify' in message &&
  message.notify === 'onDTMF' &&
  'data' in message
