import type { Stop } from '../base/clock.ts'

/** Those who want to hear of a value. One that throws keeps nobody else from hearing it. */
export function createListeners<T>(failed: (error: unknown) => void) {
  const listeners = new Set<{ readonly hear: (value: T) => void }>()
  return {
    subscribe(hear: (value: T) => void): Stop {
      const listener = { hear }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Tells everybody, at once. The value is made only when somebody listens. */
    tell(value: () => T): void {
      if (listeners.size === 0) return
      const told = value()
      for (const { hear } of [...listeners]) {
        try {
          hear(told)
        } catch (error) {
          failed(error)
        }
      }
    },
  }
}
