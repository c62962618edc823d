import type { EntryMode, ViewState } from '@tonegate/protocol/view-state'
import { Problem } from '../../base/problem.ts'

/**
 * @param openedFor how the session was opened.
 * @throws {Problem} `not-possible-now` where nobody may be asked to key in a card.
 */
export function requireKeypad(openedFor: EntryMode, keypad: ViewState['keypad']): void {
  if (openedFor !== 'keypad') {
    throw new Problem(
      'not-possible-now',
      'This session uses a payment link, so keypad entry is not available.',
    )
  }
  if (keypad === 'open') return
  throw new Problem(
    'not-possible-now',
    'Others can hear the key tones, so the keypad is closed until the line is secured again. Send a payment link instead.',
  )
}
