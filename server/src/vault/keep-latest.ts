import type { UnderWay } from './under-way.ts'

/**
 * Writes a value that changes often: one write at a time, and always the latest of those that came meanwhile.
 * What fails is handed to `failed` and not tried again, for a newer value comes.
 */
export function createKeepLatest<T>({
  write,
  failed,
  track,
}: {
  readonly write: (value: T) => Promise<unknown>
  readonly failed: (error: unknown) => void
  readonly track: UnderWay['track']
}) {
  let next: { readonly value: T } | undefined
  let running: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined

  async function drain(): Promise<void> {
    while (next) {
      const { value } = next
      next = undefined
      failure = undefined
      await write(value).catch((error) => {
        failure = { error }
        failed(error)
      })
    }
    running = undefined
  }

  return {
    keep(value: T): void {
      next = { value }
      running ??= track(drain())
    },
    /** Resolves when the latest value is written. @throws what that write threw. */
    async kept(): Promise<void> {
      await running
      if (failure) throw failure.error
    },
    /** Forgets what has not been begun, and resolves when nothing is being written. */
    async stop(): Promise<void> {
      next = undefined
      await running
    },
  }
}
