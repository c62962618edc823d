import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Load, LoadResult } from './load.ts'

/** A load generator in a process of its own, kept between loads so that it is always warm. */
export interface Generator {
  /** @throws {Error} when a single answer was not 200, or a connection broke. */
  run(load: Load): Promise<LoadResult>
  stop(): Promise<void>
}

/** Starts the load generator. */
export function startGenerator(): Generator {
  const child = fork(fileURLToPath(new URL('./generate.ts', import.meta.url)), { execArgv: [] })
  return {
    async run(load) {
      child.send(load)
      const answer = await nextMessage(child)
      if (answer.result) return answer.result
      throw new Error(answer.error ?? 'The load generator ended.')
    },
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

async function nextMessage(child: ChildProcess): Promise<{ result?: LoadResult; error?: string }> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(
    () => ({}),
    () => ({}),
  )
  const message = once(child, 'message', { signal: ended.signal }).then(([value]) => value)
  message.catch(() => undefined)
  try {
    return await Promise.race([message, exit])
  } finally {
    ended.abort()
  }
}
