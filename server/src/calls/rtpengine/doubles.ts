import type { Tone } from '@tonegate/protocol/telephone'
import type { Clock, Stop } from '../../base/clock.ts'

/** By what way an engine told of a key. */
export type Source = 'connection' | 'log'

interface Told {
  readonly tone: Tone
  readonly source: Source
  readonly at: number
  /** The other source has told of it too. */
  isMatched: boolean
}

/** By one source, two of the same key in a shorter time were pressed once (contract/calls §6.3). */
const doubleMilliseconds = 60
/** So long one source may be behind the other. Then nothing is remembered of a key. */
const keptMilliseconds = 5_000

/**
 * Finds keys that are told twice: by both sources, or by one as event and as tone. What one source has told first is a double
 * when the other tells it, however late that is read.
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
    if (same.some((told) => isSoonAfter(told, { source, at }))) return true
    const first = same.find((told) => told.source !== source && !told.isMatched)
    if (first) first.isMatched = true
    recent.push({ tone, source, at, isMatched: first !== undefined })
    return first !== undefined
  }

  function forget(): void {
    stopForgetting()
    recent = []
  }

  return { isDouble, forget }
}

const isSoonAfter = (told: Told, { source, at }: Pick<Told, 'source' | 'at'>): boolean =>
  told.source === source && Math.abs(at - told.at) < doubleMilliseconds
