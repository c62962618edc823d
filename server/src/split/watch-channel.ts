import { isDeepStrictEqual } from 'node:util'
import type { Stop } from '../base/clock.ts'
import { NoAnswer, type Outgoing } from '../base/outgoing/outgoing.ts'
import type { Parts } from '../base/parts.ts'
import { disagreement, type Greeting, notReadyOf } from './greeting.ts'

/** Where the two processes greet each other. */
export const greetingPath = '/greeting'

/**
 * How it stands with the other process. `silent` passes: it is starting, or being replaced. `not-ready`: it is there, and
 * says why it cannot do its work, such as a full disk. `broken` does not pass by itself: the operator has to mend the
 * configuration of one of the two.
 */
export type ChannelState =
  | { readonly state: 'works' }
  | { readonly state: 'silent' }
  | { readonly state: 'not-ready'; readonly fault: string }
  | { readonly state: 'broken'; readonly fault: string }

export interface ChannelWatch {
  /**
   * Looks again when the last look is a second old, and says what was seen last where the other process takes its time.
   * The first time it resolves when the other process was greeted, with or without an answer.
   */
  state(): Promise<ChannelState>
  close(): void
}

const greetingTimeoutMilliseconds = 5_000
const pauseWhenItWorks = 30_000
const pauseWhenNot = 2_000
/** So long what was seen is told to whoever asks. */
const lookAgainAfterMilliseconds = 1_000
/** Whoever asks waits no longer than this for another look. */
const maxAskerWaitMilliseconds = 1_000

/**
 * Greets the other process at once, and again and again. Each does so by itself, so that what keeps them apart is
 * in both logs, and a stranger who knocks at the channel changes nothing.
 */
export function watchChannel({
  ours,
  peer,
  send,
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'> & {
  readonly ours: Greeting
  readonly peer: URL
  readonly send: Outgoing
}): ChannelWatch {
  const closing = new AbortController()
  let current: ChannelState | undefined
  let seenAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  let stopPause: Stop = () => {}

  async function greet(): Promise<ChannelState> {
    try {
      const { status, body } = await send({
        method: 'POST',
        url: new URL(greetingPath, peer),
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(ours)),
        timeoutMilliseconds: greetingTimeoutMilliseconds,
        signal: closing.signal,
      })
      const theirs = status === 200 ? parsed(body) : undefined
      const fault = disagreement(ours, theirs)
      if (fault !== undefined) return { state: 'broken', fault }
      const notReady = notReadyOf(theirs)
      return notReady === undefined ? { state: 'works' } : { state: 'not-ready', fault: notReady }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return error.fault === 'bad-certificate' ? { state: 'broken', fault: otherKey } : { state: 'silent' }
    }
  }

  async function greetAndPlan(): Promise<void> {
    stopPause()
    const next = await greet()
    if (closing.signal.aborted) return
    if (!isDeepStrictEqual(next, current)) tell(next)
    current = next
    seenAt = clock.elapsed()
    stopPause = clock.after(next.state === 'works' ? pauseWhenItWorks : pauseWhenNot, () => void look())
  }

  function look(): Promise<void> {
    looking ??= greetAndPlan().finally(() => {
      looking = undefined
    })
    return looking
  }

  function tell(next: ChannelState): void {
    const said = { peer: peer.origin }
    if (next.state === 'works') log.info(said, 'the other process is reachable')
    else if (next.state === 'silent') log.warn(said, 'the other process does not answer')
    else if (next.state === 'not-ready')
      log.warn({ ...said, fault: next.fault }, 'the other process is reachable, but cannot do its work')
    else log.error({ ...said, fault: next.fault }, 'the two processes cannot work together')
  }

  const pauseOf = (milliseconds: number) =>
    new Promise<void>((resolve) => void clock.after(milliseconds, resolve))

  const first = look()
  return {
    async state() {
      await first
      const isStale = clock.elapsed() - seenAt >= lookAgainAfterMilliseconds
      if (isStale && !closing.signal.aborted) await Promise.race([look(), pauseOf(maxAskerWaitMilliseconds)])
      return current ?? { state: 'silent' }
    },
    close() {
      closing.abort()
      stopPause()
    },
  }
}

const otherKey =
  'the other process has a different TONEGATE_CHANNEL_KEY or the same role, or TONEGATE_CHANNEL_PEER points to another program'

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
