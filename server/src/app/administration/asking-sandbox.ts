import { setTimeout as pause } from 'node:timers/promises'
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
    pause: (milliseconds) => pause(milliseconds, undefined, { signal: ending.signal }).catch(() => {}),
    now: Date.now,
  }
}
