import { startWorker } from './worker.ts'

/** A session that is watched. */
export interface Watched {
  /** The whole request that opens its event stream. */
  readonly stream: string
  /** A whole request that presses {@link placeOfKey}. */
  readonly press: string
}

/** What stands for the key in {@link Watched.press}; one byte, as a key is. */
export const placeOfKey = '_'

/** What the watching process is asked to do. */
export type WatchOrder =
  /** Opens a stream for each session and waits for the first event of each. */
  | { readonly order: 'open'; readonly port: number; readonly sessions: readonly Watched[] }
  | ({ readonly order: 'press' } & PressPlan)
  | { readonly order: 'close' }

/** Presses keys in sessions chosen at random, so many a second, over so many connections. */
export interface PressPlan {
  readonly port: number
  readonly perSecond: number
  readonly milliseconds: number
  readonly connections: number
}

/** Milliseconds from when a key was due to be pressed until its dot was at the client that watches. */
export interface Dots {
  readonly keys: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Milliseconds between turns of the watching process's own event loop, of which its timer is 1. */
  readonly watcherLoopP99: number
  /** Part of the time in which the watching process was working, 0 to 1. */
  readonly watcherBusy: number
}

/** A process that keeps event streams open and presses keys, as the agents' browsers and the callers do. */
export interface Watcher {
  open(port: number, sessions: readonly Watched[]): Promise<void>
  /** @throws {Error} when a dot does not come. */
  press(plan: PressPlan): Promise<Dots>
  close(): Promise<void>
  stop(): Promise<void>
}

export function startWatcher(): Watcher {
  const { ask, stop } = startWorker<WatchOrder, Dots | null>(new URL('./watch.ts', import.meta.url))
  return {
    async open(port, sessions) {
      await ask({ order: 'open', port, sessions })
    },
    async press(plan) {
      const dots = await ask({ order: 'press', ...plan })
      if (!dots) throw new Error('No dots were counted.')
      return dots
    },
    async close() {
      await ask({ order: 'close' })
    },
    stop,
  }
}
