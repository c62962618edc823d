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

/**
 * The three fields of a card, filled one by one by a keypad or all at once by a page. Every live session has one: a
 * class, so that the sessions share its methods.
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
export class CardFields {
  readonly #flow: Pick<Flow, 'brands' | 'attempts'>
  readonly #now: () => number
  readonly #refused: (name: FieldName, error: FieldError) => void
  readonly #fields: Readonly<Record<FieldName, Field>>
  #asked: FieldName | undefined
  #brand: Brand | undefined
  #revision = 0

  constructor({
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
    this.#flow = flow
    this.#now = now
    this.#refused = refused
    this.#fields = {
      pan: emptyField(mostCardNumberDigits, wrong.pan),
      expiry: emptyField(expiryDigits, wrong.expiry),
      securityCode: emptyField(mostSecurityCodeDigits, wrong.securityCode),
    }
  }

  /** The field whose digits are expected; `undefined` when all are complete. */
  current(): FieldName | undefined {
    return this.#asked ?? fieldNames.find((name) => !this.#fields[name].complete)
  }

  /** How many digits of the current field have been typed. */
  typed(): number {
    const name = this.current()
    return name ? this.#fields[name].digits.count : 0
  }

  brand(): string | null {
    return this.#brand?.name ?? null
  }

  last4(): string | null {
    const { complete, digits } = this.#fields.pan
    return complete ? digits.last4() : null
  }

  /** Rises with every change that outlives the process: complete fields, wrong entries. */
  revision(): number {
    return this.#revision
  }

  /** A field has no attempts left. */
  exhausted(): boolean {
    return fieldNames.some((name) => this.#fields[name].wrong >= this.#flow.attempts)
  }

  wrongEntries(): WrongEntries {
    return byName((name) => this.#fields[name].wrong)
  }

  errorOf(name: FieldName): FieldError | undefined {
    return this.#fields[name].error
  }

  /** A digit for the current field. One that there is no room for makes the entry wrong at once. */
  type(digit: number): void {
    const name = this.current()
    if (!name) return
    const field = this.#fields[name]
    field.error = undefined
    if (!field.digits.push(digit)) {
      this.#refuse(name, name === 'pan' ? 'invalid-card-number' : 'invalid-security-code', 1)
      return
    }
    if (name === 'pan' && field.digits.count <= 8) this.#noticeBrand()
    if (this.#endsByItself(name)) this.#judge(name)
  }

  /** `#`: the current entry is complete. Means nothing in an empty field. */
  endEntry(): void {
    const name = this.current()
    if (name && this.#fields[name].digits.count > 0) this.#judge(name)
  }

  /** `*`: forgets the current entry. */
  clearEntry(): void {
    const name = this.current()
    if (name) this.#empty(name)
  }

  /** Nothing was typed for too long. */
  fallSilent(): void {
    const name = this.current()
    if (!name) return
    const field = this.#fields[name]
    if (field.digits.count === 0) {
      field.error = 'timeout'
      this.#refused(name, 'timeout')
    } else if (this.#mayEnd(name)) {
      this.#judge(name)
    } else {
      this.#refuse(name, 'timeout', field.brokenOff ? 1 : 0)
      field.brokenOff = true
    }
  }

  /** Asks for a field alone; the others keep what is complete. */
  ask(name: FieldName): void {
    const interrupted = this.current()
    if (interrupted) this.#empty(interrupted)
    this.#empty(name)
    this.#fields[name].error = undefined
    this.#asked = name
  }

  startAgain(): void {
    this.#asked = undefined
    for (const name of fieldNames) {
      this.#empty(name)
      this.#fields[name].error = undefined
    }
  }

  /** All three as they were typed into a page. Fields that are right stay, those that are wrong are empty. */
  fill(card: TypedCard): Readonly<Partial<Record<FieldName, FieldError>>> {
    const errors: Partial<Record<FieldName, FieldError>> = {}
    for (const name of fieldNames) {
      this.#empty(name)
      const { digits } = this.#fields[name]
      const readable = typeInto(digits, card[name])
      if (name === 'pan') this.#noticeBrand()
      if (!readable) digits.clear()
      const error = this.#judge(name)
      if (error) errors[name] = error
    }
    this.#asked = undefined
    return errors
  }

  /** Forgets every digit; what was wrong stays said. */
  emptyAll(): void {
    for (const name of fieldNames) this.#empty(name)
  }

  /** What a sealed card held, put back as if it had been typed. What does not stand any more is dropped. */
  restore(stored: { readonly pan: Uint8Array; readonly expiry: Uint8Array }): void {
    for (const name of ['pan', 'expiry'] as const) {
      const field = this.#fields[name]
      for (const byte of stored[name]) field.digits.push(byte - 0x30)
      if (name === 'pan') this.#noticeBrand()
      if (field.digits.count === 0) continue
      if (this.#check(name)) this.#empty(name)
      else field.complete = true
    }
  }

  view(): Record<FieldName, FieldView> {
    return byName((name) => this.#viewOf(name))
  }

  /** What may leave the vault; asked of a complete card only. */
  summary(): CardSummary {
    const { pan, expiry } = this.#fields
    return {
      brand: this.#brand?.name ?? '',
      last4: pan.digits.last4(),
      expiry: expiry.digits.unsafeText(),
    }
  }

  digits(): Readonly<Record<FieldName, Digits>> {
    return byName((name) => this.#fields[name].digits)
  }

  complete(name: FieldName): boolean {
    return this.#fields[name].complete
  }

  /** Overwrites every digit, for good. */
  wipe(): void {
    for (const name of fieldNames) this.#fields[name].digits.wipe()
  }

  #noticeBrand(): void {
    this.#brand = brandOf(this.#fields.pan.digits.issuerPrefix())
  }

  #empty(name: FieldName): void {
    const field = this.#fields[name]
    field.digits.clear()
    field.complete = false
    if (name === 'pan') this.#brand = undefined
    this.#revision += 1
  }

  #refuse(name: FieldName, error: FieldError, cost: 0 | 1): void {
    this.#empty(name)
    const field = this.#fields[name]
    field.error = error
    field.wrong += cost
    this.#refused(name, error)
  }

  #check(name: FieldName): FieldError | undefined {
    const { digits } = this.#fields[name]
    if (name === 'pan') return checkCardNumber(digits, this.#brand, this.#flow.brands)
    return name === 'expiry' ? checkExpiry(digits, this.#now()) : checkSecurityCode(digits, this.#brand)
  }

  #judge(name: FieldName): FieldError | undefined {
    const error = this.#check(name)
    if (error) {
      this.#refuse(name, error, 1)
      return error
    }
    const field = this.#fields[name]
    field.complete = true
    field.error = undefined
    this.#asked = undefined
    this.#revision += 1
    if (name === 'pan' && this.#fields.securityCode.complete && this.#check('securityCode')) {
      this.#refuse('securityCode', 'invalid-security-code', 0)
    }
    return undefined
  }

  #endsByItself(name: FieldName): boolean {
    const { count } = this.#fields[name].digits
    if (name === 'pan') return count === longestCardNumber(this.#brand)
    return name === 'expiry' && count === expiryDigits
  }

  #mayEnd(name: FieldName): boolean {
    const { count } = this.#fields[name].digits
    if (name === 'pan') return mayEndCardNumber(this.#brand, count)
    return name === 'securityCode' && mayEndSecurityCode(this.#brand, count)
  }

  #viewOf(name: FieldName): FieldView {
    const { digits, complete, error, wrong } = this.#fields[name]
    const attemptsLeft = Math.max(0, this.#flow.attempts - wrong)
    const isCurrent = name === this.current()
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
