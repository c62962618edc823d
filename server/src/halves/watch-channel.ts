import { isDeepStrictEqual } from 'node:util'
import type { Clock, Stop } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { NoAnswer, type Outgoing } from '../base/outgoing.ts'
import { disagreement, type Greeting } from './greeting.ts'

/** Where the halves greet each other. */
export const greetingPath = '/greeting'

/**
 * How it stands with the other half. `silent` passes: it is starting, or being replaced. `broken` does not pass by
 * itself: the operator has to mend the configuration of one of the two.
 */
export type ChannelState =
  | { readonly state: 'works' }
  | { readonly state: 'silent' }
  | { readonly state: 'broken'; readonly fault: string }

export interface ChannelWatch {
  /** Resolves when the other half was greeted for the first time, with or without an answer. */
  state(): Promise<ChannelState>
  close(): void
}

const answerMilliseconds = 5_000
const pauseWhenItWorks = 30_000
const pauseWhenNot = 2_000

/**
 * Greets the other half at once, and again and again. Each half does so by itself, so that what keeps them apart is
 * in both logs, and a stranger who knocks at the channel changes nothing.
 */
export function watchChannel({
  ours,
  peer,
  send,
  clock,
  log,
}: {
  readonly ours: Greeting
  readonly peer: URL
  readonly send: Outgoing
  readonly clock: Clock
  readonly log: Log
}): ChannelWatch {
  const closing = new AbortController()
  let current: ChannelState | undefined
  let stopPause: Stop = () => {}

  async function greet(): Promise<ChannelState> {
    try {
      const { status, body } = await send({
        method: 'POST',
        url: new URL(greetingPath, peer),
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(ours)),
        timeoutMilliseconds: answerMilliseconds,
        signal: closing.signal,
      })
      const fault = disagreement(ours, status === 200 ? parsed(body) : undefined)
      return fault === undefined ? { state: 'works' } : { state: 'broken', fault }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return error.fault === 'bad-certificate' ? { state: 'broken', fault: otherKey } : { state: 'silent' }
    }
  }

  async function look(): Promise<void> {
    const next = await greet()
    if (closing.signal.aborted) return
    if (!isDeepStrictEqual(next, current)) tell(next)
    current = next
    stopPause = clock.after(next.state === 'works' ? pauseWhenItWorks : pauseWhenNot, () => void look())
  }

  function tell(next: ChannelState): void {
    const said = { peer: peer.origin }
    if (next.state === 'works') log.info(said, 'the other half is there')
    else if (next.state === 'silent') log.warn(said, 'the other half does not answer')
    else log.error({ ...said, fault: next.fault }, 'the two halves cannot work together')
  }

  const first = look()
  return {
    async state() {
      await first
      return current ?? { state: 'silent' }
    },
    close() {
      closing.abort()
      stopPause()
    },
  }
}

const otherKey =
  'the other half has another TONEGATE_CHANNEL_KEY or the same role, or TONEGATE_CHANNEL_PEER names another program'

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
