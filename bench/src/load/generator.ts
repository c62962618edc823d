import type { Load, LoadResult } from './load.ts'
import { startWorker } from './worker.ts'

/** A load generator in a process of its own, kept between loads so that it is always warm. */
export interface Generator {
  /** @throws {Error} when a single answer was not 200, or a connection broke. */
  run(load: Load): Promise<LoadResult>
  stop(): Promise<void>
}

/** Starts the load generator. */
export function startGenerator(): Generator {
  const { ask, stop } = startWorker<Load, LoadResult>(new URL('./generate.ts', import.meta.url))
  return { run: ask, stop }
}
