/** The dots of one screen: what keys it was pressed, and which of them it has shown. */
export interface WaitedDots {
  /** The next key to be pressed: a card number that is never whole, cleared before its last digit. */
  next(due: number): string
  /**
   * Takes an event of the screen. One that came by itself, without a key, shows digits that nobody waits for.
   *
   * @returns when the key was due that it shows; `undefined` when it shows none.
   */
  shown(digits: number): number | undefined
  readonly waiting: number
  /** Gives up what has not been shown. @returns how many keys never were, since the last time. */
  settle(): number
}

/**
 * A Visa number is one short of complete after fifteen digits; then the entry is cleared. A digit comes again after ten: keys
 * that are late, and then come at once, are not taken for one that was told twice.
 */
const digitsOfEntry = '412356789041235'

/**
 * A key is known by how many digits are shown with it: one that is passed over was lost.
 *
 * @param screen its number. The first entry of each is of another length, so that not all are cleared at the same time.
 */
export function waitForDots(screen = digitsOfEntry.length - 1): WaitedDots {
  let entry = digitsOfEntry.slice(0, 1 + (screen % digitsOfEntry.length))
  let waiting: { readonly digits: number; readonly due: number }[] = []
  let pressed = 0
  let last = 0
  let lost = 0
  return {
    next(due) {
      const key = entry[pressed] ?? '*'
      if (key === '*') entry = digitsOfEntry
      pressed = key === '*' ? 0 : pressed + 1
      waiting.push({ digits: pressed, due })
      return key
    },
    shown(digits) {
      last = digits
      const index = waiting.findIndex((key) => key.digits === digits)
      const key = waiting[index]
      if (!key) return undefined
      waiting = waiting.slice(index + 1)
      lost += index
      return key.due
    },
    get waiting() {
      return waiting.length
    },
    settle() {
      const all = lost + waiting.length
      waiting = []
      lost = 0
      pressed = last
      return all
    },
  }
}
