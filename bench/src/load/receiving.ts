import { startWorker } from './worker.ts'

/** What a receiver is asked: where it listens, or to wait for so many messages after those it has told of. */
export type ReceiverQuestion =
  | { readonly what: 'port' }
  | { readonly what: 'messages'; readonly count: number; readonly patienceMilliseconds: number }

/** How messages came. */
export interface Receipts {
  readonly messages: number
  /** From the first to the last. */
  readonly milliseconds: number
  /** From the end of the session, as its message says it, to the message's arrival; in milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Part of the time in which the receiver itself was working, 0 to 1. */
  readonly busy: number
}

/** A receiver of webhooks in a process of its own, which answers at once. */
export interface Receiver {
  readonly port: number
  /** @throws {Error} when they do not come. */
  messages(count: number, patienceMilliseconds: number): Promise<Receipts>
  stop(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const entry = new URL('./receive.ts', import.meta.url)
  const { ask, stop } = startWorker<ReceiverQuestion, number | Receipts>(entry)
  return {
    port: (await ask({ what: 'port' })) as number,
    messages: async (count, patienceMilliseconds) =>
      (await ask({ what: 'messages', count, patienceMilliseconds })) as Receipts,
    stop,
  }
}
