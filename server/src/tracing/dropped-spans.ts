import type { Parts } from '../base/parts.ts'
import type { SpansMetered } from '../base/tracing/span-meter.ts'

const tellMilliseconds = 60_000

/** Counts spans that were dropped, and says so in the log: at once, and then once a minute. */
export function createDroppedSpans({ clock, log, spanMeter }: Pick<Parts, 'clock' | 'log'> & SpansMetered) {
  let untold = 0
  let reason = ''
  let toldAt = Number.NEGATIVE_INFINITY

  function tell(): void {
    if (untold === 0 || clock.elapsed() - toldAt < tellMilliseconds) return
    log.warn({ spans: untold, reason }, 'spans could not be sent to the collector and were dropped')
    toldAt = clock.elapsed()
    untold = 0
  }

  const stop = clock.every(tellMilliseconds, tell)
  return {
    /** @param why in words of ours: nothing that a collector has answered. */
    add(spans: number, why: string): void {
      spanMeter?.dropped(spans)
      untold += spans
      reason = why
      tell()
    },
    /** Says what has not been said. */
    close(): void {
      stop()
      toldAt = Number.NEGATIVE_INFINITY
      tell()
    },
  }
}
