import { settle } from '../../base/at-work.ts'
import type { Clock, Stop } from '../../base/clock.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { within } from '../../base/within.ts'

/** A clock that goes on like another one, and can be moved forward. */
export interface SandboxClock extends Clock {
  /** Milliseconds that it has been moved forward by. */
  ahead(): number
  /**
   * Moves time forward. What falls due on the way happens in its order, each at its time; what comes every few moments comes
   * more seldom in a long move. Resolves when that has happened.
   */
  advance(milliseconds: number): Promise<void>
  /** Goes back to the real time. What is waited for comes as soon as without that. */
  reset(): Promise<void>
}

/** Whether time can be moved: not where a database has the time of several servers. */
export const isMovable = (clock: Clock): clock is SandboxClock => 'ahead' in clock

interface Timer {
  readonly callback: () => void
  /** Of one that comes again and again. */
  readonly interval?: number
  /** By {@link Clock.elapsed}. */
  due: number
  stop: Stop
}

/** How seldom what comes every few moments comes in a move: often enough for a retry each minute, and a thousand times at most. */
const seldomIn = (milliseconds: number): number =>
  Math.max(1, Math.min(milliseconds / 100, 60_000), milliseconds / 1_000)

/** Where requests come all the time, something is always under way. */
const settleAtMost = 250

export function createSandboxClock(real: Clock): SandboxClock {
  const inTurn = createOneAtATime()
  const timers = new Set<Timer>()
  let ahead = 0
  const elapsed = () => real.elapsed() + ahead

  function arm(timer: Timer): void {
    // A timer of Node.js has whole milliseconds, and would be early.
    const left = Math.max(0, Math.ceil(timer.due - elapsed()))
    timer.stop = real.after(left, () => fire(timer))
  }

  /** @param seldom what comes again and again comes at whole multiples of so many milliseconds, all of it together. */
  function fire(timer: Timer, seldom = 1): void {
    if (timer.interval === undefined) timers.delete(timer)
    else {
      // A machine that has slept does not make up for what it has missed.
      const next = Math.max(timer.due, elapsed() - timer.interval) + timer.interval
      timer.due = Math.ceil(next / seldom) * seldom
      arm(timer)
    }
    timer.callback()
  }

  function set(timer: Omit<Timer, 'stop'>): Stop {
    const armed: Timer = { ...timer, stop() {} }
    timers.add(armed)
    arm(armed)
    return () => {
      timers.delete(armed)
      armed.stop()
    }
  }

  /** When the first of them is due. */
  const nextDue = (): number => Math.min(...[...timers].map(({ due }) => due))

  function fireDue(by: number, seldom: number): void {
    const due = [...timers].filter((timer) => timer.due <= by).sort((one, other) => one.due - other.due)
    for (const timer of due) {
      if (!timers.has(timer)) continue
      timer.stop()
      fire(timer, seldom)
    }
  }

  /** Time that passes by itself meanwhile is not part of it. */
  async function move(milliseconds: number): Promise<void> {
    const end = ahead + milliseconds
    const seldom = seldomIn(milliseconds)
    for (let due = nextDue(); due <= real.elapsed() + end; due = nextDue()) {
      ahead = Math.min(end, Math.max(ahead, due - real.elapsed()))
      fireDue(due, seldom)
      await within(settle(), settleAtMost, real)
    }
    ahead = end
    for (const timer of timers) {
      timer.stop()
      arm(timer)
    }
    await within(settle(), settleAtMost, real)
  }

  return {
    now: () => Math.round(real.now() + ahead),
    elapsed,
    after: (milliseconds, callback) => set({ due: elapsed() + milliseconds, callback }),
    every: (interval, callback) => set({ due: elapsed() + interval, interval, callback }),
    ahead: () => ahead,
    advance: (milliseconds) => inTurn('time', () => move(milliseconds)),
    reset: () =>
      inTurn('time', async () => {
        for (const timer of timers) timer.due -= ahead
        ahead = 0
      }),
  }
}
