import type { Asking } from '../../cli/sandbox/asking.ts'
import { writeOut } from '../write-out.ts'
import type { Terminal } from './admin-context.ts'

/** What a command works with that asks a sandbox: Ctrl-C ends it in order. */
export function askingSandbox(
  form: 'text' | 'json',
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
  { TONEGATE_URL: url }: NodeJS.ProcessEnv,
): Asking {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
  return {
    usualUrl: url?.trim() || 'http://127.0.0.1:8080',
    signal: ending.signal,
    fetch,
    form,
    print: (text) => writeOut(stdout, text),
    tell: (text) => void stderr.write(text),
    pause: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        ending.signal.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
    now: Date.now,
  }
}
