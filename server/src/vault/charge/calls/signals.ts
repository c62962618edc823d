import type { Clock } from '../../../base/clock.ts'

/** Asks with a signal that ends when the vault closes, or after so long. */
export type WithSignal = <T>(milliseconds: number, ask: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** The signals of all calls that are under way. */
export function createSignals(clock: Clock) {
  const open = new Set<AbortController>()
  let closed = false

  const withSignal: WithSignal = async (milliseconds, ask) => {
    const controller = new AbortController()
    if (closed) controller.abort()
    open.add(controller)
    const stop = clock.after(milliseconds, () => controller.abort())
    try {
      return await ask(controller.signal)
    } finally {
      stop()
      open.delete(controller)
    }
  }

  return {
    withSignal,
    /** Gives up every answer that is still waited for. */
    close(): void {
      closed = true
      for (const controller of open) controller.abort()
    },
  }
}
