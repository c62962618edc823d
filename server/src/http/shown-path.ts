import { maskCardNumbers } from '../base/redaction/find-card-number.ts'
import { guidShape } from '../base/redaction/innocent-numbers.ts'
import { printable } from '../base/text/printable.ts'

/**
 * The path of a request as it may be sent back to where it came from. What may be a card number, or the most of one, is
 * left out; a GUID is none, whatever its digits.
 */
export function shownPath(url: string): string {
  const path = url.split('?', 1)[0] ?? '/'
  return printable(maskCardNumbers(path.replace(whole, (_, kept?: string) => kept ?? '…')))
}

/** What is looked at as one: a GUID and an escape, which are kept, or a long number. */
const whole = new RegExp(`(${guidShape}|%[0-9a-f]{2})|\\d(?:(?:%20|[ .-])?\\d){11,}`, 'gi')
