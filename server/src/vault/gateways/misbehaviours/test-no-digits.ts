import assert from 'node:assert/strict'
import { inspect } from 'node:util'

export const pan = '4242424242424242'

/** A card number is in no error, nor a part of one that would tell it. */
export function assertNoDigits(error: unknown): boolean {
  assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /42424242|737"|"737/)
  return true
}
