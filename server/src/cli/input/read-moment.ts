import { WrongUsage } from '../refused.ts'

const momentPattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/

/**
 * A date, which begins at midnight UTC, or a time with its zone.
 *
 * @returns milliseconds since the epoch.
 * @throws {WrongUsage} when it is none.
 */
export function readMoment(option: string, text: string): number {
  const moment = momentPattern.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(moment)) return moment
  throw new WrongUsage(`${option} must be a date, 2026-08-31, or a time with its zone, 2026-08-31T12:00:00Z.`)
}

/** A whole number that is not negative. @throws {WrongUsage} when it is none. */
export function readCount(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new WrongUsage(`${option} must be a whole number.`)
}
