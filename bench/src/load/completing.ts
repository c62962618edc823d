import { startWorker } from './worker.ts'

/** Where sessions are opened and paid, and how many at a time. */
export interface CompletionPlan {
  readonly port: number
  readonly origin: string
  readonly apiUrl: string
  /** A bearer token of the Payment API. */
  readonly token: string
  /** The body of `POST /v1/session`, but for the agent. */
  readonly session: object
  /** What the caller presses, the confirmation included. */
  readonly keys: string
  readonly parallel: number
  readonly milliseconds: number
}

/** What became of them. */
export interface Completions {
  /** Sessions that were read as finished, without those of the first second: by then all are under way. */
  readonly sessions: number
  readonly milliseconds: number
  /** Milliseconds from the opening of the call until the result had been read. */
  readonly p50: number
  readonly p99: number
  /** Part of the time in which the driving process was working, 0 to 1. */
  readonly busy: number
}

/** A process that takes payments from beginning to end, many at a time. */
export interface Completer {
  /** @throws {Error} when a request is not answered by 200. */
  complete(plan: CompletionPlan): Promise<Completions>
  stop(): Promise<void>
}

export function startCompleter(): Completer {
  const { ask, stop } = startWorker<CompletionPlan, Completions>(new URL('./complete.ts', import.meta.url))
  return { complete: ask, stop }
}
