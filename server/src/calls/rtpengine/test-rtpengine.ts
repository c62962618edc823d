import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { encode } from 'bencodec'
import { until } from '../../../test/harness/test-until.ts'
import { type Command, createTestEngineCommands } from './test-engine-commands.ts'

/** A command that came, once for each time that it came. */
export interface Received {
  readonly cookie: string
  readonly command: Command
}

/** Does something with a command instead of what an engine does. */
type Mischief = (received: Received, reply: Reply) => 'handled' | undefined

interface Reply {
  /** To whoever asked, as the engine. */
  readonly send: (text: string) => void
  /** To whoever asked, from another port. */
  readonly sendFromElsewhere: (text: string) => void
}

/** A key that has come up. */
export interface TestKey {
  /** RFC 4733 §3.2: 0 to 9, 10 is the star, 11 the hash. */
  readonly event: number
  readonly callId?: string
  readonly tag?: string
  readonly duration?: number
  /** In whole seconds, by the engine's clock. */
  readonly timestamp?: number
}

export type TestEngine = Awaited<ReturnType<typeof startTestEngine>>

/**
 * An engine of this process, on real sockets: commands as JSON over UDP, keys as bencode over TCP.
 *
 * @param logTo the port that it sends its log of keys to.
 */
export async function startTestEngine(
  t: Pick<TestContext, 'after'>,
  { now, logTo }: { readonly now: () => number; readonly logTo?: number },
) {
  const commands = createTestEngineCommands(now)
  const udp = createTestNg(commands.answer)
  const tcp = createTestListeners()
  const log = createSocket('udp4')
  const ports = { udp: await udp.listen(0), tcp: await tcp.listen(0) }
  const stop = () => {
    udp.close()
    tcp.close()
  }
  t.after(() => {
    stop()
    log.close()
    udp.elsewhere.close()
  })
  return {
    ...commands,
    url: `udp://127.0.0.1:${ports.udp}?tcp=${ports.tcp}${logTo ? `&log=127.0.0.1:${logTo}` : ''}`,
    received: udp.received,
    misbehave: udp.misbehave,
    /** All commands of this name, repetitions too. */
    asked: (name: string) =>
      udp.received.map(({ command }) => command).filter(({ command }) => command === name),
    heard: (name: string, times = 1) =>
      until(() => udp.received.filter(({ command }) => command.command === name).length >= times),
    /** How many hear its keys. */
    listening: tcp.count,
    press: (key: TestKey) => tcp.tell(notification(reportOf(key, now))),
    tell: tcp.tell,
    /** Tells of a key by its log alone. */
    pressInLog: (key: TestKey, text = JSON.stringify(reportOf(key, now))) =>
      new Promise((resolve) => log.send(text, logTo, '127.0.0.1', resolve)),
    /** Ends at once, as by SIGKILL. */
    kill: stop,
    /** Starts at the same ports, and blocks nothing. */
    async restart() {
      stop()
      commands.startAnew()
      await udp.listen(ports.udp)
      await tcp.listen(ports.tcp)
    },
  }
}

/** What an engine tells those who listen of a key. */
export const testNotification = (key: TestKey): Buffer => notification(reportOf(key, Date.now))

const notification = (data: object): Buffer =>
  Buffer.concat([Buffer.from('a4bae3b224970127 '), encode({ notify: 'onDTMF', data }) as Buffer])

function reportOf(
  { event, callId = 'call', tag = 'caller', duration = 100, timestamp }: TestKey,
  now: () => number,
) {
  const told = { callid: callId, source_tag: tag, tags: ['agent', 'caller'], type: 'DTMF', event, duration }
  return { ...told, timestamp: timestamp ?? Math.floor(now() / 1_000), source_ip: '127.0.0.1', volume: 10 }
}

/** Answers a cookie that comes again as it answered it before, and does nothing. */
function createTestNg(answer: (command: Command) => object) {
  const received: Received[] = []
  const answers = new Map<string, string>()
  const elsewhere = createSocket('udp4')
  let socket = createSocket('udp4')
  let isOpen = false
  let mischief: Mischief = () => undefined

  function take(datagram: Buffer, from: RemoteInfo): void {
    const [cookie = '', ...rest] = datagram.toString().split(' ')
    const one = { cookie, command: JSON.parse(rest.join(' ')) as Command }
    received.push(one)
    const send = (text: string) => void (isOpen && socket.send(text, from.port, from.address))
    const sendFromElsewhere = (text: string) => elsewhere.send(text, from.port, from.address)
    if (mischief(one, { send, sendFromElsewhere }) === 'handled') return
    const known = answers.get(cookie) ?? JSON.stringify(answer(one.command))
    answers.set(cookie, known)
    send(`${cookie} ${known}`)
  }

  return {
    received,
    elsewhere,
    misbehave(next: Mischief): void {
      mischief = next
    },
    async listen(port: number): Promise<number> {
      socket = createSocket('udp4', take)
      socket.bind(port, '127.0.0.1')
      await once(socket, 'listening')
      isOpen = true
      answers.clear()
      return socket.address().port
    },
    close(): void {
      if (isOpen) socket.close()
      isOpen = false
    },
  }
}

function createTestListeners() {
  const sockets = new Set<Socket>()
  let server = createServer()
  return {
    count: () => sockets.size,
    tell(bytes: Buffer): void {
      for (const socket of sockets) socket.write(bytes)
    },
    async listen(port: number): Promise<number> {
      server = createServer((socket) => {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.on('data', (bytes) => {
          const [, cookie] = /^(\S+) d7:command4:pinge$/.exec(bytes.toString()) ?? []
          if (cookie) socket.write(`${cookie} d6:result4:ponge`)
        })
        socket.on('close', () => sockets.delete(socket))
      })
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    },
    close(): void {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
