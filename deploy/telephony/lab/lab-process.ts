import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/**
 * A program of the lab, which is stopped with the test at the latest, by its pid. What it says on both of its outputs is
 * kept over restarts.
 *
 * @param folder where it is started.
 */
export async function createLabProcess(
  t: TestContext,
  {
    name,
    command,
    env = process.env,
    ready,
  }: {
    readonly name: string
    readonly command: () => readonly [program: string, ...words: string[]]
    readonly env?: NodeJS.ProcessEnv
    /** Resolves when it answers. */
    readonly ready: () => Promise<unknown>
  },
) {
  const folder = await mkdtemp(join(tmpdir(), `tonegate-lab-${name}-`))
  const log = join(folder, 'log')
  let running: ChildProcess | undefined

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = running
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const pids = [child.pid ?? 0, ...(signal === 'SIGKILL' ? childrenOf(child.pid ?? 0) : [])]
    for (const pid of pids) process.kill(pid, signal)
    await once(child, 'exit', { signal: AbortSignal.timeout(5_000) }).catch(() => child.kill('SIGKILL'))
  }

  async function start(): Promise<void> {
    const output = await open(log, 'a')
    const [program, ...words] = command()
    running = spawn(program, words, { cwd: folder, env, stdio: ['ignore', output.fd, output.fd] })
    await once(running, 'spawn')
    await output.close()
    try {
      await ready()
    } catch (cause) {
      throw new Error(`${name} does not answer. It said:\n${readFileSync(log, 'utf8')}`, { cause })
    }
  }

  t.after(async () => {
    await end('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  })
  await start()
  return {
    folder,
    start,
    /** `kill -9`, of its workers too. */
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    get pid() {
      return running?.pid
    },
    /** Resolves with how it ended. */
    async ended(): Promise<number | null> {
      if (running?.exitCode === null && running.signalCode === null) await once(running, 'exit')
      return running?.exitCode ?? null
    },
    /** All that it has said since the first start. */
    said: () => readFileSync(log, 'utf8'),
  }
}

/** The workers of a program would go on without it. */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
