import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { get } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LoopDelay, Memory, ProbeQuestion } from './probe.ts'

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly port: number
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyAfter: number
  /** Starts to observe how late its event loop is; {@link ServerProcess.loopDelay} ends it. */
  watchLoop(): Promise<void>
  loopDelay(): Promise<LoopDelay>
  memory(): Promise<Memory>
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>
}

export interface ServerStart {
  /** Relative to this folder. */
  readonly entry: string
  readonly port: number
  readonly args?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Arguments of Node.js itself; the probe unless given. Without it only `stop` works. */
  readonly nodeArguments?: readonly string[]
}

const maxMilliseconds = 120_000

const withProbe = ['--expose-gc', '--import', new URL('./probe.ts', import.meta.url).href]

/**
 * Starts a server on a port of 127.0.0.1 and waits until `GET /readyz` is answered: 200, or 404 by one that is
 * ready as soon as it listens. Its standard output goes nowhere.
 *
 * @throws {Error} when it ends before it is ready, or is not ready within two minutes.
 */
export async function startServer({
  entry,
  port,
  args = [],
  environment = {},
  nodeArguments = withProbe,
}: ServerStart): Promise<ServerProcess> {
  const started = performance.now()
  const child = fork(fileURLToPath(new URL(entry, import.meta.url)), args, {
    execArgv: [...nodeArguments],
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  try {
    await ready(child, entry, `http://127.0.0.1:${port}/readyz`)
  } catch (error) {
    await stop(child)
    throw error
  }
  return {
    port,
    readyAfter: performance.now() - started,
    watchLoop: () => ask<void>(child, 'watch-loop'),
    loopDelay: () => ask<LoopDelay>(child, 'loop-delay'),
    memory: () => ask<Memory>(child, 'memory'),
    stop: () => stop(child),
  }
}

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const readyStatuses: readonly (number | undefined)[] = [200, 404]

async function ready(child: ChildProcess, entry: string, url: string): Promise<void> {
  const deadline = performance.now() + maxMilliseconds
  while (!readyStatuses.includes(await status(url))) {
    if (hasEnded(child)) throw new Error(`${entry} ended before it was ready.`)
    if (performance.now() > deadline) throw new Error(`${entry} was not ready after two minutes.`)
    await pause(5)
  }
}

function status(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', () => resolve(undefined))
  })
}

async function ask<T>(child: ChildProcess, question: ProbeQuestion): Promise<T> {
  const answer = once(child, 'message')
  child.send(question)
  const [value] = await answer
  return value
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const impatient = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await ended
  clearTimeout(impatient)
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null
