import type { Stop } from '../../base/clock.ts'

interface Listener<T> {
  readonly hear: (value: T) => void
}

/** Those who want to hear of a value. One that throws keeps nobody else from hearing it. */
export class Listeners<T> {
  /** Never changed, only replaced: who leaves while others are told takes nobody's turn. */
  #listeners: readonly Listener<T>[] = []

  subscribe(hear: (value: T) => void): Stop {
    const listener = { hear }
    this.#listeners = this.#listeners.concat(listener)
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== listener)
    }
  }

  /** Tells everybody, at once. The value is made only when somebody listens. */
  tell(value: () => T, failed: (error: unknown) => void): void {
    if (this.#listeners.length === 0) return
    const told = value()
    for (const { hear } of this.#listeners) {
      try {
        hear(told)
      } catch (error) {
        failed(error)
      }
    }
  }
}
