import type { CardFields } from './fields/card-fields.ts'
import type { SessionSource } from './open-sessions.ts'
import type { EntryMode } from './view-state.ts'

/** What a session's clock says when it is looked at. */
export type Due = 'expired' | 'timeout' | 'silence' | 'ending-soon'

/** A minute before a session ends by itself, whoever watches it is told; of a shorter idle time, at its half. */
const mostWarningMilliseconds = 60_000

/**
 * The times at which something happens to a session by itself: the end of its lifetime, of its idle time, the warning
 * before, and the end of the wait for a digit. They are numbers that somebody looks at; a session has no timer of
 * its own.
 */
export function createDeadlines({
  source,
  fields,
  entry,
  interDigitSeconds,
  now,
}: {
  readonly source: Pick<SessionSource, 'launch' | 'expiresAt' | 'activeAt'>
  readonly fields: CardFields
  readonly entry: () => EntryMode
  readonly interDigitSeconds: () => number
  readonly now: () => number
}) {
  const { launch, expiresAt } = source
  const { flow } = launch
  const warning = Math.min(mostWarningMilliseconds, (flow.idleSeconds * 1000) / 2)
  let { activeAt } = source
  let silentAt = Number.POSITIVE_INFINITY
  let warnedOf = Number.NaN

  const idleEndsAt = () => activeAt + flow.idleSeconds * 1000
  const endsAt = () => Math.min(expiresAt, idleEndsAt())
  const warnsAt = () => endsAt() - warning

  return {
    endsAt,
    endsSoon: () => now() >= warnsAt(),
    /** When something is due next. */
    next: () => Math.min(warnedOf === endsAt() ? endsAt() : warnsAt(), silentAt),
    /** A key, a command or a page. */
    active(): void {
      activeAt = now()
    },
    /**
     * Begins the wait that fits the current field of a keypad: between digits, or for the first one, once in each
     * asking.
     */
    wait(): void {
      const current = fields.current()
      silentAt = Number.POSITIVE_INFINITY
      if (!current || entry() !== 'keypad') return
      if (fields.typed() > 0) silentAt = now() + interDigitSeconds() * 1000
      else if (fields.errorOf(current) !== 'timeout') silentAt = now() + flow.firstDigitSeconds * 1000
    },
    isWaiting: () => silentAt !== Number.POSITIVE_INFINITY,
    due(): Due | undefined {
      const time = now()
      if (time >= expiresAt) return 'expired'
      if (time >= idleEndsAt()) return 'timeout'
      if (time >= silentAt) return 'silence'
      if (time < warnsAt() || warnedOf === endsAt()) return undefined
      warnedOf = endsAt()
      return 'ending-soon'
    },
  }
}
