import type { NgAnswer } from './ng/ng-command.ts'

interface Answered {
  readonly asked: number
  readonly answered: number
}

/** An uptime is in whole seconds, and answers may be late. */
const tolerance = 1_500

/**
 * Finds by an engine's uptime that it is another one than before: a connection's close can be missed. One that says no
 * uptime is never found to be another.
 */
export function createUptime() {
  let last: { readonly seconds: number; readonly at: number } | null = null

  return {
    /** @param times when it was asked and when it answered, in milliseconds since the epoch. */
    isAnother(statistics: NgAnswer, { asked, answered }: Answered): boolean {
      const seconds = secondsIn(statistics)
      if (seconds === undefined) return false
      const before = last
      last = { seconds, at: answered }
      if (!before) return false
      const grown = (seconds - before.seconds) * 1_000
      return grown < 0 || grown < asked - before.at - tolerance
    },
    forget(): void {
      last = null
    },
  }
}

/** `statistics` → `totalstatistics` → `uptime`: a text of digits. */
function secondsIn({ statistics }: NgAnswer): number | undefined {
  const total = memberOf(statistics, 'totalstatistics')
  const seconds = Number(memberOf(total, 'uptime') ?? Number.NaN)
  return seconds >= 0 ? seconds : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
