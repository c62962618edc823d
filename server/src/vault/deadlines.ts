import type { CardFields } from './fields/card-fields.ts'
import type { SessionSource } from './open-sessions.ts'

/** What a session's clock says when it is looked at. */
export type Due = 'expired' | 'timeout' | 'silence'

/**
 * The times at which something happens to a session by itself: the end of its lifetime, of its idle time, and of
 * the wait for a digit. They are numbers that somebody looks at; a session has no timer of its own.
 */
export function createDeadlines({
  source,
  fields,
  now,
}: {
  readonly source: Pick<SessionSource, 'launch' | 'expiresAt' | 'activeAt'>
  readonly fields: CardFields
  readonly now: () => number
}) {
  const { launch, expiresAt } = source
  const { flow, entry } = launch
  let { activeAt } = source
  let silentAt = Number.POSITIVE_INFINITY

  const idleEndsAt = () => activeAt + flow.idleSeconds * 1000
  const endsAt = () => Math.min(expiresAt, idleEndsAt())

  return {
    endsAt,
    /** When something is due next. */
    next: () => Math.min(endsAt(), silentAt),
    /** A key, a command or a page. */
    active(): void {
      activeAt = now()
    },
    /**
     * Begins the wait that fits the current field: between digits, or for the first one of a keypad, once in each
     * asking.
     */
    wait(): void {
      const current = fields.current()
      silentAt = Number.POSITIVE_INFINITY
      if (!current) return
      if (fields.typed() > 0) silentAt = now() + flow.interDigitSeconds * 1000
      else if (entry === 'keypad' && fields.errorOf(current) !== 'timeout') {
        silentAt = now() + flow.firstDigitSeconds * 1000
      }
    },
    isWaiting: () => silentAt !== Number.POSITIVE_INFINITY,
    due(): Due | undefined {
      const time = now()
      if (time >= expiresAt) return 'expired'
      if (time >= idleEndsAt()) return 'timeout'
      return time >= silentAt ? 'silence' : undefined
    },
  }
}
