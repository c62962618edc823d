import { inspect } from 'node:util'
import { ownBytes } from '../../base/own-bytes.ts'

/**
 * Digits that somebody typed, as ASCII bytes in one buffer of fixed size that is overwritten when they are
 * cleared. They never become text, a log line or JSON by accident: what shows them has `unsafe` in its name.
 */
export class Digits {
  readonly #capacity: number
  #bytes: Buffer | undefined
  #count = 0
  #wiped = false

  /** @param capacity how many digits it takes at most. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get count(): number {
    return this.#count
  }

  /** Adds a digit, 0 to 9. False when there is no room, or after {@link Digits.wipe}. */
  push(digit: number): boolean {
    if (this.#wiped || this.#count === this.#capacity) return false
    if (!Number.isInteger(digit) || digit < 0 || digit > 9) return false
    this.#bytes ??= ownBytes(this.#capacity)
    this.#bytes[this.#count] = 0x30 + digit
    this.#count += 1
    return true
  }

  /** Overwrites what was typed; typing can begin again. */
  clear(): void {
    this.#bytes?.fill(0)
    this.#count = 0
  }

  /** Overwrites what was typed, for good: nothing more is taken, and revealing throws. */
  wipe(): void {
    this.clear()
    this.#wiped = true
  }

  /** The last four digits of at least thirteen, or nothing: of a shorter entry they would be too much of it. */
  last4(): string {
    if (this.#count < 13) return ''
    return this.unsafeBytes().toString('latin1', this.#count - 4)
  }

  /** The first digits, at most eight: they name the issuer, not the card. */
  issuerPrefix(): string {
    return this.unsafeBytes().toString('latin1', 0, Math.min(this.#count, 8))
  }

  /**
   * The digits themselves, in the buffer that will be overwritten: not a copy.
   *
   * @throws {Error} when they have been wiped.
   */
  unsafeBytes(): Buffer {
    if (this.#wiped) throw new Error('The digits have been wiped.')
    return (this.#bytes ?? Buffer.alloc(0)).subarray(0, this.#count)
  }

  /**
   * The digits as text, which nobody can overwrite: only for the last moment before they leave for a gateway.
   *
   * @throws {Error} when they have been wiped.
   */
  unsafeText(): string {
    return this.unsafeBytes().toString('latin1')
  }

  toJSON(): string {
    return '[digits]'
  }

  toString(): string {
    return '[digits]'
  }

  [inspect.custom](): string {
    return '[digits]'
  }
}
