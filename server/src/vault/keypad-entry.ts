import type { CardFields } from './fields/card-fields.ts'
import { createEchoFilter, type Key, keyOf } from './keypad.ts'
import type { Flow } from './launch.ts'

/** What a key did: changed the fields, confirmed the payment, or nothing. */
export type Pressed = 'typed' | 'confirmed' | 'nothing'

/** A caller's keys, as they fill the fields of a card one by one, and confirm it with 1 or start again with 2. */
export function createKeypadEntry({
  flow,
  fields,
  now,
}: {
  readonly flow: Pick<Flow, 'confirmByKeypad' | 'slowModeMilliseconds'>
  readonly fields: CardFields
  readonly now: () => number
}) {
  const isEcho = createEchoFilter(flow.slowModeMilliseconds, now)

  function confirming(tone: string): Pressed {
    if (!flow.confirmByKeypad) return 'nothing'
    if (tone === '1') return 'confirmed'
    if (tone !== '2') return 'nothing'
    fields.startAgain()
    return 'typed'
  }

  function typing(key: Key): Pressed {
    if (key.kind !== 'digit' && fields.typed() === 0) return 'nothing'
    if (key.kind === 'digit') fields.type(key.digit)
    else if (key.kind === 'end') fields.endEntry()
    else fields.clearEntry()
    return 'typed'
  }

  return {
    /** @param slowMode whether the same key counts once within the flow's time. */
    press(tone: string, { slowMode }: { readonly slowMode: boolean }): Pressed {
      const key = keyOf(tone)
      if (!key || (slowMode && isEcho(tone))) return 'nothing'
      return fields.current() ? typing(key) : confirming(tone)
    },
  }
}
