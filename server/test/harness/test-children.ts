import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What ends with whoever began it: a test, or a command that gathers what it has to put away. */
export interface Ends {
  after(end: () => unknown): void
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Whatever way this process ends, but by SIGKILL, the child ends with it. */
export function endWithThisProcess(child: ChildProcess): void {
  running.add(child)
  child.once('exit', () => running.delete(child))
}

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** Sends a signal, and resolves with the exit code once the child has ended; null where a signal ended it. */
export async function endBy(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (!hasEnded(child)) {
    child.ref()
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  return child.exitCode
}
