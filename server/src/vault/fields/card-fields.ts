import type { CardSummary } from '../capture-result.ts'
import type { TypedCard } from '../capture-sessions.ts'
import type { Flow } from '../launch.ts'
import type { FieldError, FieldName, FieldView } from '../view-state.ts'
import { type Brand, brandOf } from './brand.ts'
import { checkCardNumber, longestCardNumber, mayEndCardNumber, mostCardNumberDigits } from './card-number.ts'
import { Digits } from './digits.ts'
import { checkExpiry, expiryDigits } from './expiry.ts'
import { checkSecurityCode, mayEndSecurityCode, mostSecurityCodeDigits } from './security-code.ts'
import { typeInto } from './typed-text.ts'

/** The order in which the fields are asked when nobody says otherwise. */
const fieldNames = ['pan', 'expiry', 'securityCode'] as const satisfies readonly FieldName[]

export type WrongEntries = Readonly<Record<FieldName, number>>

interface Field {
  readonly digits: Digits
  complete: boolean
  error: FieldError | undefined
  /** Entries that were wrong so far. */
  wrong: number
  /** An entry was broken off by silence before; the first time costs no attempt. */
  brokenOff: boolean
}

export type CardFields = ReturnType<typeof createCardFields>

/**
 * The three fields of a card, filled one by one by a keypad or all at once by a page.
 *
 * - A card number ends by `#`, or by itself at the longest length of its brand; an expiry by itself at four
 *   digits, so that a `#` after it meets an empty field, where it means nothing; a security code by `#` alone,
 *   so that a digit too many is never taken for the key that confirms the payment.
 * - A wrong entry is overwritten and that field alone asked again; each costs one of its attempts.
 * - Silence before the first digit of a field costs nothing. Silence in the middle ends the entry as `#` would
 *   where it can be complete; else it is `timeout`, free of cost the first time in each field.
 * - A security code that was typed before its card number is checked again with it. That it does not fit then
 *   is nobody's fault and costs nothing.
 */
export function createCardFields({
  flow,
  now,
  wrong,
  refused,
}: {
  readonly flow: Pick<Flow, 'brands' | 'attempts'>
  readonly now: () => number
  readonly wrong: WrongEntries
  /** Hears of each entry that was not taken. */
  readonly refused: (name: FieldName, error: FieldError) => void
}) {
  const fields: Readonly<Record<FieldName, Field>> = {
    pan: emptyField(mostCardNumberDigits, wrong.pan),
    expiry: emptyField(expiryDigits, wrong.expiry),
    securityCode: emptyField(mostSecurityCodeDigits, wrong.securityCode),
  }
  let asked: FieldName | undefined
  let brand: Brand | undefined
  let revision = 0

  const current = (): FieldName | undefined => asked ?? fieldNames.find((name) => !fields[name].complete)

  function noticeBrand(): void {
    brand = brandOf(fields.pan.digits.issuerPrefix())
  }

  function empty(name: FieldName): void {
    fields[name].digits.clear()
    fields[name].complete = false
    if (name === 'pan') brand = undefined
    revision += 1
  }

  function refuse(name: FieldName, error: FieldError, cost: 0 | 1): void {
    empty(name)
    fields[name].error = error
    fields[name].wrong += cost
    refused(name, error)
  }

  function check(name: FieldName): FieldError | undefined {
    const { digits } = fields[name]
    if (name === 'pan') return checkCardNumber(digits, brand, flow.brands)
    return name === 'expiry' ? checkExpiry(digits, now()) : checkSecurityCode(digits, brand)
  }

  function judge(name: FieldName): FieldError | undefined {
    const error = check(name)
    if (error) {
      refuse(name, error, 1)
      return error
    }
    fields[name].complete = true
    fields[name].error = undefined
    asked = undefined
    revision += 1
    if (name === 'pan' && fields.securityCode.complete && check('securityCode')) {
      refuse('securityCode', 'invalid-security-code', 0)
    }
    return undefined
  }

  function endsByItself(name: FieldName): boolean {
    const { count } = fields[name].digits
    if (name === 'pan') return count === longestCardNumber(brand)
    return name === 'expiry' && count === expiryDigits
  }

  function mayEnd(name: FieldName): boolean {
    const { count } = fields[name].digits
    if (name === 'pan') return mayEndCardNumber(brand, count)
    return name === 'securityCode' && mayEndSecurityCode(brand, count)
  }

  return {
    /** The field whose digits are expected; `undefined` when all are complete. */
    current,
    /** How many digits of the current field have been typed. */
    typed(): number {
      const name = current()
      return name ? fields[name].digits.count : 0
    },
    brand: () => brand?.name ?? null,
    last4: () => (fields.pan.complete ? fields.pan.digits.last4() : null),
    /** Rises with every change that outlives the process: complete fields, wrong entries. */
    revision: () => revision,
    /** A field has no attempts left. */
    exhausted: () => fieldNames.some((name) => fields[name].wrong >= flow.attempts),
    wrongEntries: (): WrongEntries => byName((name) => fields[name].wrong),
    errorOf: (name: FieldName) => fields[name].error,

    /** A digit for the current field. One that there is no room for makes the entry wrong at once. */
    type(digit: number): void {
      const name = current()
      if (!name) return
      const field = fields[name]
      field.error = undefined
      if (!field.digits.push(digit)) {
        refuse(name, name === 'pan' ? 'invalid-card-number' : 'invalid-security-code', 1)
        return
      }
      if (name === 'pan' && field.digits.count <= 8) noticeBrand()
      if (endsByItself(name)) judge(name)
    },

    /** `#`: the current entry is complete. Means nothing in an empty field. */
    endEntry(): void {
      const name = current()
      if (name && fields[name].digits.count > 0) judge(name)
    },

    /** `*`: forgets the current entry. */
    clearEntry(): void {
      const name = current()
      if (name) empty(name)
    },

    /** Nothing was typed for too long. */
    fallSilent(): void {
      const name = current()
      if (!name) return
      const field = fields[name]
      if (field.digits.count === 0) {
        field.error = 'timeout'
        refused(name, 'timeout')
      } else if (mayEnd(name)) {
        judge(name)
      } else {
        refuse(name, 'timeout', field.brokenOff ? 1 : 0)
        field.brokenOff = true
      }
    },

    /** Asks for a field alone; the others keep what is complete. */
    ask(name: FieldName): void {
      const interrupted = current()
      if (interrupted) empty(interrupted)
      empty(name)
      fields[name].error = undefined
      asked = name
    },

    startAgain(): void {
      asked = undefined
      for (const name of fieldNames) {
        empty(name)
        fields[name].error = undefined
      }
    },

    /** All three as they were typed into a page. Fields that are right stay, those that are wrong are empty. */
    fill(card: TypedCard): Readonly<Partial<Record<FieldName, FieldError>>> {
      const errors: Partial<Record<FieldName, FieldError>> = {}
      for (const name of fieldNames) {
        empty(name)
        const readable = typeInto(fields[name].digits, card[name])
        if (name === 'pan') noticeBrand()
        if (!readable) fields[name].digits.clear()
        const error = judge(name)
        if (error) errors[name] = error
      }
      asked = undefined
      return errors
    },

    /** Forgets every digit; what was wrong stays said. */
    emptyAll(): void {
      for (const name of fieldNames) empty(name)
    },

    /** What a sealed card held, put back as if it had been typed. What does not stand any more is dropped. */
    restore(digits: { readonly pan: Uint8Array; readonly expiry: Uint8Array }): void {
      for (const name of ['pan', 'expiry'] as const) {
        for (const byte of digits[name]) fields[name].digits.push(byte - 0x30)
        if (name === 'pan') noticeBrand()
        if (fields[name].digits.count === 0) continue
        if (check(name)) empty(name)
        else fields[name].complete = true
      }
    },

    view: (): Record<FieldName, FieldView> => byName((name) => viewOf(name)),

    /** What may leave the vault; asked of a complete card only. */
    summary: (): CardSummary => ({
      brand: brand?.name ?? '',
      last4: fields.pan.digits.last4(),
      expiry: fields.expiry.digits.unsafeText(),
    }),

    digits: (): Readonly<Record<FieldName, Digits>> => byName((name) => fields[name].digits),
    complete: (name: FieldName): boolean => fields[name].complete,

    /** Overwrites every digit, for good. */
    wipe(): void {
      for (const name of fieldNames) fields[name].digits.wipe()
    },
  }

  function viewOf(name: FieldName): FieldView {
    const { digits, complete, error, wrong } = fields[name]
    const attemptsLeft = Math.max(0, flow.attempts - wrong)
    const isCurrent = name === current()
    const state = complete
      ? 'complete'
      : digits.count > 0
        ? 'entering'
        : error
          ? 'refused'
          : isCurrent
            ? 'asked'
            : 'empty'
    return { state, digits: digits.count, attemptsLeft, ...(error && { error }) }
  }
}

const emptyField = (capacity: number, wrong: number): Field => ({
  digits: new Digits(capacity),
  complete: false,
  error: undefined,
  wrong,
  brokenOff: false,
})

const byName = <T>(value: (name: FieldName) => T): Record<FieldName, T> => ({
  pan: value('pan'),
  expiry: value('expiry'),
  securityCode: value('securityCode'),
})
