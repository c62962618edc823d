import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'

/** Why it cannot be had on this machine; false when it can. */
export function withoutRtpengine(): string | false {
  try {
    execFileSync('rtpengine', ['--version'], { stdio: 'ignore', timeout: 10_000 })
    return false
  } catch {
    return 'rtpengine is not installed'
  }
}

/** rtpengine itself, in user space, on loopback, as a process of its own. */
export async function startRealEngine(t: TestContext, moreArguments: readonly string[] = []) {
  const [ng, tcp, log] = [await freeUdpPort(), await freeTcpPort(), await freeUdpPort()]
  let running: ChildProcess | undefined
  const hasEnded = () => !running || running.exitCode !== null || running.signalCode !== null
  const kill = async () => {
    if (hasEnded()) return
    running?.kill('SIGKILL')
    await until(hasEnded)
  }
  const start = async () => {
    running = spawn('rtpengine', [...argumentsFor({ ng, tcp, log }), ...moreArguments], { stdio: 'ignore' })
    await until(async () => hasEnded() || (await askNg(ng, { command: 'ping' })).result === 'pong')
    assert.ok(!hasEnded(), 'rtpengine does not run with these arguments')
  }
  t.after(kill)
  await start()
  return {
    url: `udp://127.0.0.1:${ng}?tcp=${tcp}`,
    urlWithLog: `udp://127.0.0.1:${ng}?tcp=${tcp}&log=127.0.0.1:${log}`,
    kill,
    start,
    ask: (command: object) => askNg(ng, command),
  }
}

function argumentsFor({ ng, tcp, log }: Readonly<Record<'ng' | 'tcp' | 'log', number>>): readonly string[] {
  return [
    '--config-file=none',
    '--interface=127.0.0.1',
    `--listen-ng=127.0.0.1:${ng}`,
    `--listen-tcp-ng=127.0.0.1:${tcp}`,
    `--dtmf-log-dest=127.0.0.1:${log}`,
    '--dtmf-log-ng-tcp',
    '--foreground',
    '--log-stderr',
    '--log-level=6',
    '--table=-1',
    '--port-min=34000',
    '--port-max=34999',
    '--timeout=60',
    '--num-threads=2',
  ]
}

const answerMilliseconds = 300

/** Asks once; an empty answer when none comes. */
export async function askNg(port: number, command: object): Promise<Readonly<Record<string, unknown>>> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const { promise, resolve } = Promise.withResolvers<Readonly<Record<string, unknown>>>()
  const timer = setTimeout(() => resolve({}), answerMilliseconds)
  const cookie = randomUUID()
  socket.on('message', (answer) => resolve(JSON.parse(answer.toString().slice(cookie.length))))
  socket.send(`${cookie} ${JSON.stringify(command)}`, () => {})
  const answer = await promise
  clearTimeout(timer)
  socket.close()
  return answer
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

async function freeTcpPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
