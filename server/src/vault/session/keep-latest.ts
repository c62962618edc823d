import type { UnderWay } from '../charge/under-way.ts'

/** Where the latest value goes. */
export interface LatestWriter<T> {
  write(value: T): Promise<unknown>
  failed(error: unknown): void
  readonly track: UnderWay['track']
}

/**
 * Writes a value that changes often: one write at a time, and always the latest of those that came meanwhile.
 * What fails is handed to `failed` and not tried again, for a newer value comes.
 */
export class KeepLatest<T> {
  readonly #writer: LatestWriter<T>
  #next: { readonly value: T } | undefined
  #running: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(writer: LatestWriter<T>) {
    this.#writer = writer
  }

  keep(value: T): void {
    this.#next = { value }
    this.#running ??= this.#writer.track(this.#drain())
  }

  /** Resolves when the latest value is written. @throws what that write threw. */
  async kept(): Promise<void> {
    await this.#running
    if (this.#failure) throw this.#failure.error
  }

  /** Forgets what has not been begun, and resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.#next = undefined
    await this.#running
  }

  async #drain(): Promise<void> {
    while (this.#next) {
      const { value } = this.#next
      this.#next = undefined
      this.#failure = undefined
      await this.#writer.write(value).catch((error) => {
        this.#failure = { error }
        this.#writer.failed(error)
      })
    }
    this.#running = undefined
  }
}
