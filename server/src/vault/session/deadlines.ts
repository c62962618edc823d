import type { CardFields } from '../fields/card-fields.ts'
import { burstMilliseconds } from '../fields/left-over.ts'
import type { SessionSource } from './open-sessions.ts'

/** What a session's clock says when it is looked at. */
export type Due = 'expired' | 'timeout' | 'silence' | 'ending-soon'

/** A minute before a session ends by itself, whoever watches it is told; of a shorter idle time, at its half. */
const maxWarningMilliseconds = 60_000

/**
 * The times at which something happens to a session by itself: the end of its lifetime, of its idle time, the warning
 * before, and the end of the wait for a digit. They are numbers that somebody looks at; a session has no timer of
 * its own.
 */
export class Deadlines {
  readonly #source: Pick<SessionSource, 'launch' | 'expiresAt' | 'activeAt'>
  readonly #now: () => number
  #activeAt: number
  #silentAt = Number.POSITIVE_INFINITY
  #warnedOf = Number.NaN

  constructor(source: Pick<SessionSource, 'launch' | 'expiresAt' | 'activeAt'>, now: () => number) {
    this.#source = source
    this.#now = now
    this.#activeAt = source.activeAt
  }

  endsAt(): number {
    return Math.min(this.#source.expiresAt, this.#idleEndsAt())
  }

  endsSoon(): boolean {
    return this.#now() >= this.#warnsAt()
  }

  /** When something is due next. */
  next(): number {
    const endsAt = this.endsAt()
    return Math.min(this.#warnedOf === endsAt ? endsAt : this.#warnsAt(), this.#silentAt)
  }

  /** A key, a command or a page. */
  active(): void {
    this.#activeAt = this.#now()
  }

  /**
   * Begins the wait that fits the current field of a keypad: between digits, or for the first one, once in each
   * asking.
   */
  wait(fields: CardFields, interDigitSeconds: number): void {
    const current = fields.current()
    this.waitForNobody()
    if (!current) return
    const now = this.#now()
    if (fields.isDroppedAfterBurst()) this.#silentAt = now + burstMilliseconds
    else if (fields.typed() > 0) this.#silentAt = now + interDigitSeconds * 1000
    else if (fields.errorOf(current) !== 'timeout') this.#silentAt = now + this.#flow.firstDigitSeconds * 1000
  }

  /** Nobody is expected to press a key. */
  waitForNobody(): void {
    this.#silentAt = Number.POSITIVE_INFINITY
  }

  isWaiting(): boolean {
    return this.#silentAt !== Number.POSITIVE_INFINITY
  }

  due(): Due | undefined {
    const time = this.#now()
    if (time >= this.#source.expiresAt) return 'expired'
    if (time >= this.#idleEndsAt()) return 'timeout'
    if (time >= this.#silentAt) return 'silence'
    if (time < this.#warnsAt() || this.#warnedOf === this.endsAt()) return undefined
    this.#warnedOf = this.endsAt()
    return 'ending-soon'
  }

  get #flow() {
    return this.#source.launch.flow
  }

  #idleEndsAt(): number {
    return this.#activeAt + this.#flow.idleSeconds * 1000
  }

  #warnsAt(): number {
    return this.endsAt() - Math.min(maxWarningMilliseconds, (this.#flow.idleSeconds * 1000) / 2)
  }
}
