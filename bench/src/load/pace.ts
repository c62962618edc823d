import { performance } from 'node:perf_hooks'
import type { Clock } from '../../../server/src/base/clock.ts'

/** Sends a connection's next request, whose delay counts from a moment of the pace's clock. */
type Send = (since: number) => void

/** When a connection that is free sends its next request. */
export interface Pace {
  next(send: Send): void
  stop(): void
}

type PaceClock = Pick<Clock, 'now' | 'every'>

/** Finer than the clock of the server. */
export const paceClock: PaceClock = {
  now: () => performance.now(),
  every(milliseconds, callback) {
    const timer = setInterval(callback, milliseconds)
    return () => clearInterval(timer)
  },
}

/** At once. */
export const closedLoop: Pace = {
  next: (send) => send(paceClock.now()),
  stop: () => {},
}

/**
 * So many requests a second fall due, whatever the server does. One that finds no free connection waits for one,
 * and its waiting counts; how late the generator's own timer was does not.
 */
export function openLoop(perSecond: number, clock: PaceClock): Pace {
  const start = clock.now()
  const free: Send[] = []
  const waiting = createQueue()
  let due = 0
  const stop = clock.every(1, () => {
    const now = clock.now()
    const all = Math.floor(((now - start) * perSecond) / 1000)
    for (; due < all; due += 1) {
      const send = free.pop()
      if (send) send(now)
      else waiting.push(now)
    }
  })
  return {
    next(send) {
      const since = waiting.shift()
      if (since === undefined) free.push(send)
      else send(since)
    },
    stop,
  }
}

/** First in, first out; taking out costs the same however many wait. */
function createQueue() {
  let moments: number[] = []
  let first = 0
  return {
    push: (moment: number) => void moments.push(moment),
    shift(): number | undefined {
      const moment = moments[first]
      first += 1
      if (first < moments.length) return moment
      moments = []
      first = 0
      return moment
    },
  }
}
