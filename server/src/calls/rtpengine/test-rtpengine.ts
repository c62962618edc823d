import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { encode } from 'bencodec'
import { until } from '../../../test/harness/test-until.ts'

/** A command that came, as often as it came. */
export interface Received {
  readonly cookie: string
  readonly command: Readonly<Record<string, unknown>>
}

/** What an engine does with a datagram: `undefined` is what an engine usually does. */
export type Mischief = (received: Received, reply: Reply) => 'handled' | undefined

interface Reply {
  /** To whoever asked, as the engine. */
  readonly send: (text: string) => void
  /** To whoever asked, from another port. */
  readonly sendFromElsewhere: (text: string) => void
}

interface Key {
  readonly callId?: string
  readonly tag?: string
  /** RFC 4733 §3.2: 0 to 9, 10 is `*`, 11 `#`. */
  readonly event: number
  readonly duration?: number
  /** In whole seconds, by the engine's clock. */
  readonly timestamp?: number
}

interface Options {
  readonly now: () => number
  /** Where it sends its log of keys. */
  readonly logTo?: number
}

/**
 * An engine of this process, on real sockets: commands as JSON over UDP, keys as bencode over TCP. It knows one call,
 * `call`, of `caller` and `agent`, unless it is told of others.
 */
export async function startTestEngine(t: TestContext, { now, logTo }: Options) {
  const calls = new Map<string, readonly string[]>([['call', ['caller', 'agent']]])
  const received: Received[] = []
  const answers = new Map<string, string>()
  const blocked = new Map<string, unknown>()
  const mutedMedia = new Set<string>()
  const listeners = new Set<Socket>()
  const log = createSocket('udp4')
  let mischief: Mischief = () => undefined
  let startedAt = now()
  let udp = createSocket('udp4')
  let tcp = createServer()
  let isRunning = false
  const elsewhere = createSocket('udp4')

  const done: Record<string, (command: Received['command'], leg: string) => object> = {
    'block DTMF': ({ command: _, 'call-id': _id, 'from-tag': _tag, ...mode }, leg) => {
      blocked.set(leg, mode)
      return {}
    },
    'unblock DTMF': (_, leg) => ({ ...(blocked.delete(leg) && {}) }),
    'block media': (_, leg) => ({ ...(mutedMedia.add(leg) && {}) }),
    'unblock media': (_, leg) => ({ ...(mutedMedia.delete(leg) && {}) }),
    'play media': () => ({ duration: 1500 }),
    statistics: () => ({
      statistics: { totalstatistics: { uptime: String(Math.floor((now() - startedAt) / 1000)) } },
    }),
    query: ({ 'call-id': id }) => ({
      tags: Object.fromEntries((calls.get(String(id)) ?? []).map((tag) => [tag, { tag }])),
    }),
  }

  function answer(command: Received['command']): object {
    const { command: name, 'call-id': id, 'from-tag': tag } = command
    const tags = calls.get(String(id))
    if (id !== undefined && !tags) return { result: 'error', 'error-reason': 'Unknown call-ID' }
    if (tag !== undefined && !tags?.includes(String(tag))) {
      return { result: 'error', 'error-reason': 'From-tag given, but no such tag exists' }
    }
    return { ...done[String(name)]?.(command, `${id} ${tag}`), result: 'ok' }
  }

  function take(datagram: Buffer, from: RemoteInfo): void {
    const [cookie = '', ...rest] = datagram.toString().split(' ')
    const one = { cookie, command: JSON.parse(rest.join(' ')) }
    received.push(one)
    const send = (text: string) => void (isRunning && udp.send(text, from.port, from.address))
    const sendFromElsewhere = (text: string) => elsewhere.send(text, from.port, from.address)
    if (mischief(one, { send, sendFromElsewhere }) === 'handled') return
    const known = answers.get(cookie) ?? JSON.stringify(answer(one.command))
    answers.set(cookie, known)
    send(`${cookie} ${known}`)
  }

  async function listen(udpPort: number, tcpPort: number): Promise<void> {
    udp = createSocket('udp4', take)
    tcp = createServer((socket) => {
      listeners.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => listeners.delete(socket))
    })
    udp.bind(udpPort, '127.0.0.1')
    tcp.listen(tcpPort, '127.0.0.1')
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')])
    isRunning = true
  }

  function stop(): void {
    if (!isRunning) return
    isRunning = false
    udp.close()
    tcp.close()
    for (const socket of listeners) socket.destroy()
  }

  await listen(0, 0)
  const ports = { udp: portOf(udp), tcp: portOf(tcp) }
  t.after(() => {
    stop()
    for (const socket of [log, elsewhere]) socket.close()
  })

  const report = ({ callId = 'call', tag = 'caller', event, duration = 100, timestamp }: Key) => ({
    callid: callId,
    source_tag: tag,
    tags: [...(calls.get(callId) ?? [])],
    type: 'DTMF',
    timestamp: timestamp ?? Math.floor(now() / 1000),
    source_ip: '127.0.0.1',
    event,
    duration,
    volume: 10,
  })

  return {
    url: `udp://127.0.0.1:${ports.udp}?tcp=${ports.tcp}${logTo === undefined ? '' : `&log=127.0.0.1:${logTo}`}`,
    calls,
    received,
    /** How each leg, `call caller`, is blocked. */
    blocked,
    /** Legs whose media nobody hears. */
    mutedMedia,
    commands: (name?: string) =>
      received.map(({ command }) => command).filter(({ command }) => !name || command === name),
    misbehave(next: Mischief) {
      mischief = next
    },
    /** How many hear its keys. */
    listening: () => listeners.size,
    /** Tells those who listen of a key, by TCP. */
    press: (key: Key) => tell(listeners, notification(report(key))),
    notification: (key: Key) => notification(report(key)),
    /** Tells those who listen whatever it is. */
    tell: (bytes: Buffer) => tell(listeners, bytes),
    /** Tells of a key by the log alone. */
    async pressInLog(key: Key, text = JSON.stringify(report(key))) {
      await new Promise((resolve) => log.send(text, logTo, '127.0.0.1', resolve))
    },
    /** Ends at once, as by SIGKILL. */
    kill: stop,
    /** Starts again at the same ports. It knows its calls still, as with redis, but blocks nothing. */
    async restart() {
      stop()
      blocked.clear()
      mutedMedia.clear()
      answers.clear()
      startedAt = now()
      await listen(ports.udp, ports.tcp)
    },
    /** As after a restart, but nobody has seen a connection close. */
    restartUnseen() {
      blocked.clear()
      startedAt = now()
    },
    heard: (name: string, times = 1) =>
      until(() => received.filter(({ command }) => command.command === name).length >= times),
  }
}

const portOf = (bound: UdpSocket | Server): number => (bound.address() as AddressInfo).port

function notification(data: object): Buffer {
  return Buffer.concat([Buffer.from('a4bae3b224970127 '), encode({ notify: 'onDTMF', data }) as Buffer])
}

function tell(listeners: ReadonlySet<Socket>, bytes: Buffer): void {
  for (const socket of listeners) socket.write(bytes)
}
