import type { CardFields } from '../fields/card-fields.ts'
import { type Key, keyOf } from './keypad.ts'

/** What a key did: changed the fields, confirmed the payment, or nothing. */
export type Pressed = 'typed' | 'confirmed' | 'nothing'

/** A caller's key, as it fills the fields of a card one by one, and confirms it with 1 or starts again with 2. */
export function pressKey(
  tone: string,
  { fields, confirmByKeypad }: { readonly fields: CardFields; readonly confirmByKeypad: boolean },
): Pressed {
  const key = keyOf(tone)
  if (!key) return 'nothing'
  if (fields.current()) return type(key, fields)
  return confirmByKeypad ? confirm(tone, fields) : 'nothing'
}

function type(key: Key, fields: CardFields): Pressed {
  if (key.kind === 'end') return fields.endEntry() ? 'typed' : 'nothing'
  if (key.kind === 'clear') return fields.clearEntry() ? 'typed' : 'nothing'
  fields.type(key.digit)
  return 'typed'
}

/** A digit too many behind the last field is no answer: its caller has not heard the question. */
function confirm(tone: string, fields: CardFields): Pressed {
  if (tone === '#') fields.endEntry()
  if (fields.isLeftOver()) return 'nothing'
  if (tone === '1') return 'confirmed'
  if (tone !== '2') return 'nothing'
  fields.startAgain()
  return 'typed'
}
