import type { CardFields } from './fields/card-fields.ts'
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
  if (key.kind !== 'digit' && fields.typed() === 0) return 'nothing'
  if (key.kind === 'digit') fields.type(key.digit)
  else if (key.kind === 'end') fields.endEntry()
  else fields.clearEntry()
  return 'typed'
}

function confirm(tone: string, fields: CardFields): Pressed {
  if (tone === '1') return 'confirmed'
  if (tone !== '2') return 'nothing'
  fields.startAgain()
  return 'typed'
}
