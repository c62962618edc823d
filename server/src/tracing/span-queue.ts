import type { Parts } from '../base/parts.ts'
import { outsideRequests } from '../base/request-scope.ts'
import type { SpansMetered } from '../base/tracing/span-meter.ts'
import { within } from '../base/within.ts'
import { createDroppedSpans } from './dropped-spans.ts'
import type { EndedSpan } from './recorded-span.ts'

/** What became of spans that were sent: `again` where the collector may take them later, and when, where it says so. */
export type Sent =
  | { readonly is: 'taken' }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'again'; readonly why: string; readonly milliseconds?: number }

/** Sends some spans. @param signal nobody waits any longer. */
export type SendSpans = (spans: readonly EndedSpan[], signal: AbortSignal) => Promise<Sent>

/** More than so many do not wait for a collector that is slow or away; the newest are dropped. */
const maxWaiting = 8_192
/** So many are sent at a time: encoding them takes about a millisecond. */
const maxTogether = 512

const sendMilliseconds = 2_000
const closingMilliseconds = 2_000

/** Spans that have ended, on their way to the collector. */
export interface SpanQueue {
  /** Adds one, and returns at once. */
  add(span: EndedSpan): void
  /** Sends what waits, for two seconds at most. */
  close(): Promise<void>
}

/**
 * Keeps spans that have ended until they are sent, a few at a time. Nothing waits for it: what cannot be sent is dropped
 * and counted.
 */
export function createSpanQueue(
  send: SendSpans,
  parts: Pick<Parts, 'clock' | 'log'> & SpansMetered,
): SpanQueue {
  const { clock, spanMeter } = parts
  const dropped = createDroppedSpans(parts)
  const sending = createPatientSend(send, clock)
  const waiting: EndedSpan[] = []
  let running: Promise<void> | undefined
  let inHand = 0
  let isOver = false

  /** A few are left for later: each request costs as much as many spans. */
  async function sendAll(least: number): Promise<void> {
    while (waiting.length >= least && !isOver) {
      const some = waiting.splice(0, maxTogether)
      inHand = some.length
      const sent = await sending.send(some)
      inHand = 0
      if (isOver) return
      if (sent.is === 'taken') spanMeter?.sent(some.length)
      else dropped.add(some.length, sent.why)
    }
  }

  function begin(least: number): Promise<void> {
    running ??= outsideRequests(() => sendAll(least)).finally(() => {
      running = undefined
    })
    return running
  }

  async function flush(): Promise<void> {
    await running
    await begin(1)
  }

  async function close(): Promise<void> {
    stop()
    sending.hurry()
    await within(flush(), closingMilliseconds, clock)
    isOver = true
    sending.giveUp()
    const left = inHand + waiting.splice(0).length
    if (left > 0) dropped.add(left, 'the process ends')
    dropped.close()
  }

  const stop = clock.every(sendMilliseconds, () => void begin(1))
  return {
    add(span) {
      if (waiting.length >= maxWaiting) {
        dropped.add(1, 'too many wait for the collector')
        return
      }
      waiting.push(span)
      if (waiting.length === maxTogether) setImmediate(() => void begin(maxTogether))
    },
    close,
  }
}

const maxTries = 3
/** A collector that wants to be left alone for longer is asked all the same: what waits for it is bounded. */
const maxPause = 60_000

/** Sends what a collector cannot take now again, after 2 and after 4 seconds, or when it says. */
function createPatientSend(send: SendSpans, clock: Parts['clock']) {
  const hurrying = new AbortController()
  const givingUp = new AbortController()

  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = clock.after(milliseconds, over)
      hurrying.signal.addEventListener('abort', over, { once: true })
      function over(): void {
        stop()
        hurrying.signal.removeEventListener('abort', over)
        resolve()
      }
    })

  return {
    async send(spans: readonly EndedSpan[]): Promise<Sent> {
      for (let tries = 1; ; tries += 1) {
        const sent = await send(spans, givingUp.signal).catch(
          (): Sent => ({ is: 'refused', why: 'they could not be encoded' }),
        )
        if (sent.is !== 'again' || tries === maxTries || hurrying.signal.aborted) return sent
        await pause(Math.min(Math.max(sendMilliseconds * tries, sent.milliseconds ?? 0), maxPause))
      }
    },
    /** From now on each is tried once more at most. */
    hurry: (): void => hurrying.abort(),
    /** From now on nothing is sent. */
    giveUp: (): void => givingUp.abort(),
  }
}
