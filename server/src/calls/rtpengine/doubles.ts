import type { Tone } from '@tonegate/protocol/telephone'
import type { Clock, Stop } from '../../base/clock.ts'

/** By what way an engine told of a key. */
export type Source = 'connection' | 'log'

interface Told {
  readonly tone: Tone
  readonly source: Source
  readonly at: number
  isAwaited: boolean
}

/** Two of the same key in a shorter time were pressed once (contract/calls §6.3). */
const doubleMilliseconds = 60
/** So long the connection may be behind the log. Then nothing is remembered of a key. */
const keptMilliseconds = 5_000

/**
 * Finds keys that are told twice: by both ways, or as event and as tone. What the log told first is awaited from the
 * connection, which comes in order but may come late.
 */
export function createDoubles(clock: Clock) {
  let recent: Told[] = []
  let stopForgetting: Stop = () => {}

  function isDouble(source: Source, tone: Tone): boolean {
    const at = clock.now()
    recent = recent.filter((told) => Math.abs(at - told.at) < keptMilliseconds)
    stopForgetting()
    stopForgetting = clock.after(keptMilliseconds, forget)
    const same = recent.filter((told) => told.tone === tone)
    const awaited = source === 'connection' && same.find((told) => told.isAwaited)
    if (awaited) awaited.isAwaited = false
    if (awaited || same.some((told) => Math.abs(at - told.at) < doubleMilliseconds)) return true
    recent.push({ tone, source, at, isAwaited: source === 'log' })
    return false
  }

  function forget(): void {
    stopForgetting()
    recent = []
  }

  return { isDouble, forget }
}
