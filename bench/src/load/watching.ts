import type { PhoneSystemUrls } from './phone-systems.ts'
import type { Secured, SecuringPlan } from './secure-calls.ts'
import { startWorker } from './worker.ts'

/** A session that is watched. */
export interface Watched {
  /** The whole request that opens its event stream. */
  readonly stream: string
  readonly press: Press
}

/**
 * How its caller's keys get to the server: by a whole request, which holds {@link placeOfKey} and may hold
 * {@link placeOfSequence}; or by what the watching process's rtpengine tells of a call, named by its SIP Call-ID.
 */
export type Press = { readonly request: string } | { readonly engineCall: string }

/** What stands for the key in a request: one byte, as a key is, and one that is in no header. */
export const placeOfKey = '~'

/** What stands for the key's number in a request. JSON allows the spaces that keep its length. */
export const placeOfSequence = '^^^^^^^'

/** What the watching process is asked to do. */
export type WatchOrder =
  /** Starts the phone systems that calls are on, and answers where they are. */
  | { readonly order: 'start-phone-systems' }
  /** Opens sessions at a steady pace, and observes when their lines are secured. */
  | ({ readonly order: 'secure' } & SecuringPlan)
  /** Opens a stream for each session and waits for the first event of each. */
  | { readonly order: 'open'; readonly port: number; readonly sessions: readonly Watched[] }
  | ({ readonly order: 'press' } & PressPlan)
  | { readonly order: 'close' }

/** Presses keys, so many a second, in one session after the other, over so many connections. */
export interface PressPlan {
  readonly port: number
  readonly perSecond: number
  readonly milliseconds: number
  readonly connections: number
  /** How rtpengine tells of keys: by its connection alone unless given. */
  readonly engineTells?: 'by-datagram-too'
}

/** Milliseconds from when a key was due to be pressed until its dot was at the client that watches. */
export interface Dots {
  readonly keys: number
  /** Keys whose dot had not come five seconds after the last that came. */
  readonly lost: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Milliseconds between turns of the watching process's own event loop, of which its timer is 1. */
  readonly watcherLoopP99: number
  /** Part of the time in which the watching process was working, 0 to 1. */
  readonly watcherBusy: number
}

/** What an order is answered with. */
export interface WatchAnswers {
  readonly 'start-phone-systems': PhoneSystemUrls
  readonly secure: Secured
  readonly open: null
  readonly press: Dots
  readonly close: null
}

/** A process that keeps event streams open and presses keys, as the agents' browsers and the callers' phone systems do. */
export interface Watcher {
  startPhoneSystems(): Promise<PhoneSystemUrls>
  /** @throws {Error} when a session is not opened. */
  secure(plan: SecuringPlan): Promise<Secured>
  open(port: number, sessions: readonly Watched[]): Promise<void>
  /** @throws {Error} when a key is refused, or a stream ends. */
  press(plan: PressPlan): Promise<Dots>
  close(): Promise<void>
  stop(): Promise<void>
}

export function startWatcher(): Watcher {
  const worker = startWorker<WatchOrder, WatchAnswers[keyof WatchAnswers]>(
    new URL('./watch.ts', import.meta.url),
  )
  const ask = async <Name extends keyof WatchAnswers>(order: Extract<WatchOrder, { order: Name }>) =>
    (await worker.ask(order)) as WatchAnswers[Name]
  return {
    startPhoneSystems: () => ask({ order: 'start-phone-systems' }),
    secure: (plan) => ask({ order: 'secure', ...plan }),
    async open(port, sessions) {
      await ask({ order: 'open', port, sessions })
    },
    press: (plan) => ask({ order: 'press', ...plan }),
    async close() {
      await ask({ order: 'close' })
    },
    stop: worker.stop,
  }
}
