import type { ServerResponse } from 'node:http'
import { reasonNotReady } from '../not-ready.ts'
import { answerJson } from './answer-json.ts'

/**
 * How a process is, for whoever sends it requests: `starting`, `ready` or why it is not, `stopping`. The main port and the
 * operations port answer the same.
 */
export interface Readiness {
  /**
   * From now on it is what this says.
   *
   * @param ready resolves when every part can do its work, with what is told besides; rejects when one cannot.
   */
  look(ready: () => Promise<object>): void
  /** From now on it is not ready, because it is to end. */
  stop(): void
  isStopping(): boolean
  /** `GET /readyz`: 200, or 503 with the reason. */
  answer(response: ServerResponse): Promise<void>
}

export function createReadiness(): Readiness {
  let ready: (() => Promise<object>) | undefined
  let stopping = false
  return {
    look(now) {
      ready = now
    },
    stop() {
      stopping = true
    },
    isStopping: () => stopping,
    async answer(response) {
      if (stopping) return answerJson(response, 503, { status: 'stopping' })
      if (!ready) return answerJson(response, 503, { status: 'starting' })
      try {
        answerJson(response, 200, { status: 'ready', ...(await ready()) })
      } catch (error) {
        answerJson(response, 503, { status: reasonNotReady(error) })
      }
    },
  }
}
