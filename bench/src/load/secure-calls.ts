import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { openLanes } from './lanes.ts'
import { paceClock } from './pace.ts'

/** Sessions that are opened, so many a second. */
export interface SecuringPlan {
  readonly port: number
  readonly perSecond: number
  readonly connections: number
  readonly sessions: readonly OpenedSession[]
}

/** A session that is to be opened. */
export interface OpenedSession {
  /** The whole request that opens it. */
  readonly request: string
  /** What its phone system calls the call; absent for a session without a call. */
  readonly call?: string
}

/** Milliseconds. */
export interface Delays {
  readonly p50: number
  readonly p99: number
}

/** What became of them. */
export interface Secured {
  /** The answers' bodies, in the order of the sessions. */
  readonly answers: readonly string[]
  /** From when a request was due until its answer was whole. */
  readonly opening: Delays
  /** Of that, from when the phone system had been asked to secure the line, which it confirms at once. */
  readonly confirmed: Delays | null
}

/** A key of rtpengine's that went down sooner after its line was secured is asked for again (contract/calls §6.2). */
const uncertainMilliseconds = 250

/** Opens sessions at a steady pace, whether or not those before them are open; keys may be pressed when it resolves. */
export async function secureCalls(
  { port, perSecond, connections, sessions }: SecuringPlan,
  askedAt: ReadonlyMap<string, number>,
): Promise<Secured> {
  const opening = createHistogram({ figures: 3 })
  const confirmed = createHistogram({ figures: 3 })
  const lanes = await openLanes(port, connections)

  async function open({ request, call }: OpenedSession, number: number, due: number): Promise<string> {
    const answer = await lanes.ask(number, request)
    const now = paceClock.now()
    record(opening, now - due)
    if (call === undefined) return answer.toString()
    const asked = askedAt.get(call)
    if (asked === undefined) throw new Error('A session was opened on a call whose line was not secured.')
    record(confirmed, now - asked)
    return answer.toString()
  }

  try {
    const answers = await Promise.all(await eachDue(sessions, perSecond, open))
    await pause(uncertainMilliseconds)
    return {
      answers,
      opening: delaysOf(opening),
      confirmed: confirmed.count === 0 ? null : delaysOf(confirmed),
    }
  } finally {
    lanes.close()
  }
}

/** Begins something for each when it is due, and resolves when all are begun. */
function eachDue<T, R>(
  all: readonly T[],
  perSecond: number,
  begin: (one: T, number: number, due: number) => Promise<R>,
): Promise<readonly Promise<R>[]> {
  const begun: Promise<R>[] = []
  const start = paceClock.now()
  const dueOf = (number: number) => start + (number * 1000) / perSecond
  return new Promise((resolve) => {
    const stop = paceClock.every(1, () => {
      for (let number = begun.length; number < all.length; number += 1) {
        if (dueOf(number) > paceClock.now()) return
        const result = begin(all[number] as T, number, dueOf(number))
        result.catch(() => {})
        begun.push(result)
      }
      stop()
      resolve(begun)
    })
  })
}

const record = (histogram: RecordableHistogram, milliseconds: number): void =>
  histogram.record(Math.max(1, Math.round(milliseconds * 1000)))

const delaysOf = (histogram: RecordableHistogram): Delays => ({
  p50: histogram.percentile(50) / 1000,
  p99: histogram.percentile(99) / 1000,
})
