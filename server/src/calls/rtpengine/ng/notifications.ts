import type { Clock, Stop } from '../../../base/clock.ts'
import type { Endpoint } from '../engine-url.ts'
import { type NotificationListeners, openNotifications } from './open-notifications.ts'

/** The connection by which an engine tells of keys. It is opened again whenever it closes. */
export interface Notifications {
  /** Closes it, so that it is opened anew. */
  reopen(): void
  /** Somebody waits for it: where it pauses, it does so no longer than after the first failure. */
  openSoon(): void
  close(): void
}

const firstPause = 100
const maxPause = 2_000
/** One that lasted so long was no mistake: the next is opened soon after it. */
const lastingMilliseconds = 10_000

/** Keeps a connection open, with growing pauses where it closes at once. */
export function createNotifications({
  endpoint,
  clock,
  listeners,
}: {
  readonly endpoint: Endpoint
  readonly clock: Clock
  readonly listeners: NotificationListeners
}): Notifications {
  let destroy: Stop
  let stopPausing: Stop = () => {}
  let pause = firstPause
  let state: 'open' | 'pausing' | 'over' = 'open'
  let closedAt = 0

  function open(): void {
    state = 'open'
    const begun = clock.now()
    const closed = (reason: string) => {
      if (state === 'over') return
      if (clock.now() - begun >= lastingMilliseconds) pause = firstPause
      state = 'pausing'
      closedAt = clock.now()
      stopPausing = clock.after(pause, open)
      listeners.closed(reason)
      pause = Math.min(pause * 2, maxPause)
    }
    destroy = openNotifications({ endpoint, clock, listeners: { ...listeners, closed } })
  }

  open()
  return {
    reopen: () => destroy(),
    openSoon() {
      if (state !== 'pausing') return
      stopPausing()
      pause = firstPause
      const since = Math.max(clock.now() - closedAt, 0)
      stopPausing = clock.after(Math.max(firstPause - since, 0), open)
    },
    close() {
      state = 'over'
      stopPausing()
      destroy()
    },
  }
}
