import type { LogFn } from 'pino'
import { Problem } from './problem.ts'

type Line = Parameters<LogFn>

const repeatIntervalMilliseconds = 60_000

/**
 * A database that cannot be written fails everything that writes, again and again: of the lines that say so, one a
 * minute is written for each text, with the number of those that were left out. All other lines are.
 */
export function createThinOut(now: () => number = () => performance.now()): (line: Line) => Line | undefined {
  const told = new Map<string, { at: number; leftOut: number }>()
  return (line) => {
    const [entry, message] = line as unknown as [unknown, unknown]
    if (!isStorageFault(entry) || typeof message !== 'string') return line
    const before = told.get(message)
    if (before && now() - before.at < repeatIntervalMilliseconds) {
      before.leftOut += 1
      return undefined
    }
    told.set(message, { at: now(), leftOut: 0 })
    if (!before || before.leftOut === 0) return line
    return [{ ...(entry as object), leftOut: before.leftOut }, message] as unknown as Line
  }
}

const isStorageFault = (entry: unknown): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  'err' in entry &&
  entry.err instanceof Problem &&
  entry.err.code === 'storage-unavailable'
