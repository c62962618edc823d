/** What a key of a telephone means to a card entry. */
export type Key =
  | { readonly kind: 'digit'; readonly digit: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'clear' }

/** `0` to `9`, `#` ends an entry, `*` clears it; any other tone is none of a telephone. */
export function keyOf(tone: string): Key | undefined {
  if (tone.length !== 1) return undefined
  if (tone === '#') return { kind: 'end' }
  if (tone === '*') return { kind: 'clear' }
  const digit = tone.charCodeAt(0) - 0x30
  return digit >= 0 && digit <= 9 ? { kind: 'digit', digit } : undefined
}

/** Whether a tone is a key of a telephone. */
export const isKey = (tone: string): boolean => keyOf(tone) !== undefined

/**
 * For handsets that double their tones. Tells whether a key is the echo of the one that counted last: the same
 * key, not later than `milliseconds` after it.
 */
export function createEchoFilter(milliseconds: number) {
  let counted: { readonly tone: string; readonly at: number } | undefined
  return (tone: string, at: number): boolean => {
    if (counted?.tone === tone && at - counted.at <= milliseconds) return true
    counted = { tone, at }
    return false
  }
}
