import type { Socket } from 'node:net'
import { createHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { connectTo } from './connection.ts'
import { readDots } from './dots.ts'
import { paceClock } from './pace.ts'
import { type WaitedDots, waitForDots } from './waited-dots.ts'
import type { Dots } from './watching.ts'

/** How keys are pressed: so many a second, in one session after the other. */
export interface Pressing {
  readonly perSecond: number
  readonly milliseconds: number
  /** Presses a key in a session, by its number. @throws {Error} which ends it. */
  readonly send: (session: number, key: string) => Promise<unknown>
}

const openedAtOnce = 100
/** Nothing is shown for so long: what has not been shown is lost. */
const patienceMilliseconds = 5_000

interface Screen {
  readonly socket: Socket
  readonly dots: WaitedDots
}

/** What agents see: the event stream of each session. */
export function createScreens() {
  const screens: Screen[] = []
  let delays = createHistogram({ figures: 3 })
  let failure: Error | undefined
  let shownAt = 0
  let turn = 0

  const listeners: ScreenListeners = {
    shown(delay) {
      delays.record(Math.max(1, Math.round(delay * 1000)))
      shownAt = paceClock.now()
    },
    failed(error) {
      failure = error
    },
  }

  /**
   * All keys are sent when they are due, whatever has become of those before them. Ends when each is answered and shown: a
   * dot may come before the answer.
   */
  async function pressAll({ perSecond, milliseconds, send }: Pressing): Promise<number> {
    const all = Math.floor((perSecond * milliseconds) / 1000)
    const start = paceClock.now()
    let keys = 0
    let unanswered = 0
    const stop = paceClock.every(1, () => {
      for (; keys < all; keys += 1) {
        const due = start + (keys * 1000) / perSecond
        if (due > paceClock.now()) return
        const session = turn % screens.length
        turn += 1
        unanswered += 1
        send(session, screens[session]?.dots.next(due) ?? '').then(() => {
          unanswered -= 1
        }, listeners.failed)
      }
    })
    try {
      while (keys < all || unanswered > 0 || screens.some(({ dots }) => dots.waiting > 0)) {
        if (failure) throw failure
        if (paceClock.now() > Math.max(start + milliseconds, shownAt) + patienceMilliseconds) break
        await pause(20)
      }
    } finally {
      stop()
    }
    return keys
  }

  return {
    /** Opens a stream by each request, and waits for the first event of each. */
    async open(port: number, requests: readonly string[]): Promise<void> {
      for (let first = 0; first < requests.length; first += openedAtOnce) {
        const some = requests.slice(first, first + openedAtOnce)
        const screenOf = (request: string, index: number) =>
          openScreen({ port, request, number: screens.length + index }, listeners)
        const opened = await Promise.all(some.map(screenOf))
        for (const { dots } of opened) dots.settle()
        screens.push(...opened)
      }
    },

    async press(pressing: Pressing): Promise<Dots> {
      delays = createHistogram({ figures: 3 })
      const loop = monitorEventLoopDelay({ resolution: 1 })
      loop.enable()
      const busy = performance.eventLoopUtilization()
      const keys = await pressAll(pressing).finally(() => loop.disable())
      return {
        keys,
        lost: screens.reduce((sum, { dots }) => sum + dots.settle(), 0),
        p50: delays.percentile(50) / 1000,
        p99: delays.percentile(99) / 1000,
        longest: delays.max / 1000,
        watcherLoopP99: loop.percentile(99) / 1e6,
        watcherBusy: performance.eventLoopUtilization(busy).utilization,
      }
    },

    close(): void {
      failure = undefined
      for (const { socket } of screens.splice(0)) socket.removeAllListeners('close').destroy()
    },
  }
}

interface ScreenListeners {
  /** @param delay milliseconds since the key was due whose dot has come. */
  shown(delay: number): void
  failed(error: Error): void
}

/** Resolves with the first event. */
async function openScreen(
  { port, request, number }: { readonly port: number; readonly request: string; readonly number: number },
  { shown, failed }: ScreenListeners,
): Promise<Screen> {
  const socket = await connectTo(port)
  const screen: Screen = { socket, dots: waitForDots(number) }
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      failed(error)
      reject(error)
    }
    const read = readDots((digits) => {
      const due = screen.dots.shown(digits)
      if (due !== undefined) shown(paceClock.now() - due)
      resolve(screen)
    })
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        fail(error as Error)
      }
    })
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('The server closed a stream.')))
    socket.write(request)
  })
}
