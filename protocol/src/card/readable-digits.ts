/** Digits as the checks look at them: ASCII, not a copy. */
export interface ReadableDigits {
  readonly count: number
  unsafeBytes(): Uint8Array
}
