import type { Clock } from '../../base/clock.ts'
import { createFaults, type Faults } from '../faults/faults.ts'
import { createRequestLog, type RequestLog } from '../programs/request-log.ts'
import { createWebhookFeed, type WebhookFeed } from '../webhooks/webhook-feed.ts'

/** What a region of the sandbox has beside its database, and keeps where that begins again. */
export interface SandboxTools {
  readonly faults: Faults
  readonly requests: RequestLog
  readonly feed: WebhookFeed
  /** Aborted when nobody is to wait any longer for what the sandbox lets wait. */
  leaving(): AbortSignal
  /** Resolves after so many milliseconds, or when nobody is to wait any longer. */
  wait(milliseconds: number): Promise<void>
  /** Whether that is so by now: then nothing is waited for again and again. */
  isOver(): boolean
  /** Nobody waits any longer. */
  letGo(): void
  /** Everything is as at the beginning; those who listen go on. */
  begin(): void
  /** What is slow is answered, and nobody listens any longer; a gateway is waited for. */
  close(): void
}

export function createSandboxTools(clock: Clock): SandboxTools {
  const faults = createFaults()
  const requests = createRequestLog()
  const feed = createWebhookFeed()
  const waiting = new Set<() => void>()
  let isClosed = false
  let leaving = new AbortController()
  const isOver = () => isClosed || leaving.signal.aborted

  function endWaits(): void {
    for (const end of [...waiting]) end()
  }

  return {
    faults,
    requests,
    feed,
    leaving: () => leaving.signal,
    isOver,
    wait(milliseconds) {
      if (isOver()) return Promise.resolve()
      return new Promise((resolve) => {
        const end = () => {
          stop()
          waiting.delete(end)
          resolve()
        }
        const stop = clock.after(milliseconds, end)
        waiting.add(end)
      })
    },
    letGo() {
      leaving.abort()
      endWaits()
    },
    begin() {
      faults.clear()
      requests.clear()
      leaving = new AbortController()
      feed.tell({ event: 'reset', data: {} })
    },
    close() {
      isClosed = true
      endWaits()
      feed.close()
    },
  }
}
