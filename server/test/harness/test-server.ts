import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Ends, endWithThisProcess } from './test-children.ts'
import { eventually } from './test-eventually.ts'

const needs = fileURLToPath(new URL('../../needs.cjs', import.meta.url))
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A server in a process of its own, whether or not it comes up: what it says, and how it ends. */
export interface TestServer {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** What it has written to standard output, and to standard error. */
  log(): string
  complaint(): string
  hasEnded(): boolean
  /** Resolves when it serves, with its ports. @throws {Error} when it ends before that. */
  ready(): Promise<{ readonly port: number; readonly opsPort: number | undefined }>
  /** Resolves when its log has this. */
  says(text: string): Promise<void>
  /** Resolves with its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/**
 * Starts a server with nothing of this process's own settings, by the command that docs/operations.md gives a service.
 *
 * @param more the folder that it is started in, and the user that it runs as.
 */
export function startServer(
  t: Ends,
  environment: Readonly<Record<string, string>>,
  more: { readonly cwd?: string; readonly uid?: number } = {},
): TestServer {
  const child = spawn(process.execPath, ['--require', needs, main], {
    env: { PATH: process.env.PATH, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...more,
  })
  endWithThisProcess(child)
  let log = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => (log += chunk))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  let isOver = false
  const ended = once(child, 'close').then(([code]) => {
    isOver = true
    return code as number | null
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const says = async (text: string): Promise<void> => {
    await eventually(() => {
      if (isOver && !log.includes(text)) throw new Error(`It ended without '${text}':\n${log}${complaint}`)
      return log.includes(text)
    })
  }
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    log: () => log,
    complaint: () => complaint,
    hasEnded: () => isOver,
    says,
    async ready() {
      await says('Tonegate is ready')
      const line = log.split('\n').find((each) => each.includes('Tonegate is ready')) ?? ''
      return JSON.parse(line)
    },
    ended,
  }
}
