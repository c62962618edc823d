import { settle } from './at-work.ts'
import { outsideRequests } from './request-scope.ts'

/** Takes back a timer that {@link Clock} set. Harmless after it has fired. */
export type Stop = () => void

/**
 * Time, passed in to everything that needs it, so that an hour, 15 minutes, 72 hours and 90 days are
 * tested in milliseconds.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Milliseconds since some moment, whatever becomes of the time of day. */
  elapsed(): number
  /** Calls back once, after so many milliseconds. */
  after(milliseconds: number, callback: () => void): Stop
  /** Calls back again and again, every so many milliseconds. */
  every(milliseconds: number, callback: () => void): Stop
}

/** Node fires a longer timer at once: some 24 days, in milliseconds. */
const maxTimer = 2 ** 31 - 1

/** The machine's own clock. Its timers do not keep a process alive. */
export const systemClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  after(milliseconds, callback) {
    let timer: NodeJS.Timeout | undefined
    const wait = (left: number) => {
      const next = left > maxTimer ? () => wait(left - maxTimer) : callback
      timer = outsideRequests(() => setTimeout(next, Math.min(left, maxTimer)).unref())
    }
    wait(milliseconds)
    return () => clearTimeout(timer)
  },
  every(milliseconds, callback) {
    const timer = outsideRequests(() => setInterval(callback, milliseconds).unref())
    return () => clearInterval(timer)
  },
}

/** A clock that stands still until it is moved. */
export interface MovableClock extends Clock {
  /**
   * Moves time forward, firing what falls due in its order, and lets what it started settle. What comes
   * every few moments may fire as seldom as once a minute in a long move: a look each second need not happen 3,600
   * times for an hour to have passed.
   */
  advance(milliseconds: number): Promise<void>
  /**
   * Moves time forward at once, as for a machine that slept: what fell due meanwhile fires when it wakes, and what
   * comes again and again fires once. A leap of days costs as much as one of seconds.
   */
  leap(milliseconds: number): Promise<void>
  /** The time of day is set back, as by an operator; what is waited for comes as soon as without that. */
  setBack(milliseconds: number): void
}

/** The clock of the tests. `start` is in milliseconds since the epoch. */
export function createMovableClock(start = Date.UTC(2026, 0, 15, 9, 30)): MovableClock {
  let now = start
  let setBack = 0
  const timers = new Set<{ due: number; readonly interval?: number; readonly callback: () => void }>()
  const set = (timer: { due: number; readonly interval?: number; readonly callback: () => void }): Stop => {
    timers.add(timer)
    return () => timers.delete(timer)
  }
  async function fireUntil(end: number, next: (due: number, interval: number) => number): Promise<void> {
    for (;;) {
      const timer = [...timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0]
      if (!timer) break
      now = Math.max(now, timer.due)
      if (timer.interval === undefined) timers.delete(timer)
      else timer.due = next(timer.due, timer.interval)
      timer.callback()
      await settle()
    }
    now = end
  }
  return {
    now: () => now,
    elapsed: () => now + setBack,
    after: (milliseconds, callback) => set({ due: now + milliseconds, callback }),
    every: (interval, callback) => set({ due: now + interval, interval, callback }),
    async advance(milliseconds) {
      await settle()
      const seldom = Math.min(Math.floor(milliseconds / 100), 60_000)
      await fireUntil(now + milliseconds, (due, interval) => due + Math.max(interval, seldom))
    },
    async leap(milliseconds) {
      await settle()
      now += milliseconds
      await fireUntil(now, (_due, interval) => now + interval)
    },
    setBack(milliseconds) {
      now -= milliseconds
      setBack += milliseconds
      for (const timer of timers) timer.due -= milliseconds
    },
  }
}
