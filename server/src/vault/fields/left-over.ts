import type { FieldError } from '@tonegate/protocol/view-state'

/** Keys that follow on one another within this time are one burst: nobody has heard anything between them. */
export const burstMilliseconds = 1_500

/** A caller who keys in too much has seldom more left than this. */
const maxLeftOverDigits = 3

/**
 * How an entry ended without `#`: it was taken, it was refused, or silence broke it off. After `refused-by-key` nothing is
 * left over but a second `#`.
 */
type EndedBy = 'taken' | 'refused' | 'broken-off' | 'refused-by-key'

/**
 * What is left over from an entry that ended by itself. Whoever keyed it in has not heard of its end, and keys on: the
 * `#` that belongs to it, a digit too many, the rest of a year.
 *
 * - The first `#` or `*` that comes belongs to that entry, whenever it comes.
 * - Digits that follow in the same burst are on trial until a `#` or `*`: where they make a right entry they are one, else
 *   they were left over and cost nothing. An entry that was broken off may be gone on with at any pace.
 * - Up to three digits behind a refused entry are dropped when the burst is over.
 */
export class LeftOver {
  readonly #now: () => number
  #after: EndedBy | undefined
  #until = 0
  #onTrial = false
  #error: FieldError | undefined

  constructor(now: () => number) {
    this.#now = now
  }

  /** @param error of an entry that was refused, said again when what is left over has been dropped. */
  begin(after: EndedBy, error?: FieldError): void {
    this.#after = after
    this.#error = error
    this.#onTrial = false
    this.#goOn()
  }

  end(): void {
    this.#after = undefined
    this.#error = undefined
    this.#onTrial = false
  }

  /** A digit is about to be typed, into an empty field or not. */
  digit(typed: number): void {
    if (typed === 0) this.#onTrial = this.#after !== 'refused-by-key' && this.#isBurst()
    if (this.#onTrial) this.#goOn()
    else if (typed === 0) this.end()
  }

  /** Whether a `#` that meets an empty field belongs to the entry before. */
  takesEndKey(): boolean {
    return this.#after !== undefined
  }

  /** A key that nobody asked for: whether it is one of the burst, which then goes on. */
  takes(): boolean {
    const isBurst = this.#isBurst()
    if (isBurst) this.#goOn()
    return isBurst
  }

  isOnTrial(): boolean {
    return this.#onTrial
  }

  /** Whether so many digits are dropped when the burst is over. */
  isDroppedAfterBurst(typed: number): boolean {
    return this.#onTrial && this.#after === 'refused' && typed <= maxLeftOverDigits
  }

  get error(): FieldError | undefined {
    return this.#error
  }

  /** Whether a key that comes now can be one of the burst in which the entry ended. */
  #isBurst(): boolean {
    return this.#after !== undefined && this.#now() <= this.#until
  }

  #goOn(): void {
    this.#until = this.#after === 'broken-off' ? Number.POSITIVE_INFINITY : this.#now() + burstMilliseconds
  }
}
