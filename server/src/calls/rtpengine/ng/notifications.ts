import type { Clock, Stop } from '../../../base/clock.ts'
import type { Endpoint } from '../engine-url.ts'
import { type NotificationListeners, openNotifications } from './open-notifications.ts'

/** The connection by which an engine tells of keys. It is opened again whenever it closes. */
export interface Notifications {
  /** Closes it, so that it is opened anew. */
  reopen(): void
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
  let isOver = false

  function open(): void {
    const begun = clock.now()
    const closed = (reason: string) => {
      if (isOver) return
      if (clock.now() - begun >= lastingMilliseconds) pause = firstPause
      listeners.closed(reason)
      stopPausing = clock.after(pause, open)
      pause = Math.min(pause * 2, maxPause)
    }
    destroy = openNotifications({ endpoint, clock, listeners: { ...listeners, closed } })
  }

  open()
  return {
    reopen: () => destroy(),
    close() {
      isOver = true
      stopPausing()
      destroy()
    },
  }
}
