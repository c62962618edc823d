import { type Brand, brandOf } from '@tonegate/protocol/card/brand'
import type { CardSummary } from '@tonegate/protocol/outcome'
import type { FieldError, FieldName, FieldView } from '@tonegate/protocol/view-state'
import type { Digits } from '../model/digits.ts'
import type { Flow } from '../model/launch.ts'
import type { TypedCard } from '../model/vault-sessions.ts'
import { becomeMonth, becomeMonthAndYear, isWholeExpiry } from './expiry-entry.ts'
import { byName, emptyFields, type Fields, fieldNames, viewOfField } from './field.ts'
import { checkEntry, endsByItself, mayEnd } from './field-rules.ts'
import { LeftOver } from './left-over.ts'
import { typeInto } from './typed-text.ts'

export type WrongEntries = Readonly<Record<FieldName, number>>

/** What of a card's entry outlives the process beside the digits. */
export interface EnteredBefore {
  readonly wrong: WrongEntries
  /** The card has no security code, as whoever keyed it in has said. */
  readonly withoutSecurityCode: boolean
}

type CardFlow = Pick<Flow, 'brands' | 'attempts' | 'securityCode'>

const nothing: readonly FieldName[] = []

/**
 * The fields of a card, filled one by one by a keypad or all at once by a page. Every live session has one: a class, so
 * that the sessions share its methods.
 *
 * - A card number ends by `#`, or by itself at the longest length of its brand; an expiry date by itself at MMYY or at a
 *   whole year (see `expiry-entry.ts`), or by `#`; a security code by `#` alone, so that a digit too many is never taken
 *   for the key that confirms the payment. What is keyed in behind an entry that ended by itself may be left over
 *   from it: see `left-over.ts`.
 * - `#` after a month goes on with the year.
 * - Where the flow does not need a security code, `#` in its empty field says that the card has none. The `#` of the
 *   entry before is not that one, so that it is `##` to whoever keys it in.
 * - A wrong entry is overwritten and that field alone asked again; each costs one of its attempts.
 * - Silence before the first digit of a field costs nothing. Silence in the middle ends the entry as `#` would
 *   where it can be complete; else it is `timeout`, free of cost the first time in each field.
 * - A security code that was typed before its card number is checked again with it. That it does not fit then
 *   is nobody's fault and costs nothing.
 */
export class CardFields {
  readonly #flow: CardFlow
  readonly #now: () => number
  readonly #refused: (name: FieldName, error: FieldError) => void
  readonly #fields: Fields
  #asked: FieldName | undefined
  #brand: Brand | undefined
  #leftOver: LeftOver | undefined
  /** `#` has ended the month of the expiry date that is being typed. */
  #monthEnded = false
  #revision = 0
  #completed = nothing

  constructor({
    flow,
    now,
    before,
    refused,
  }: {
    readonly flow: CardFlow
    readonly now: () => number
    readonly before: EnteredBefore
    /** Hears of each entry that was not taken. */
    readonly refused: (name: FieldName, error: FieldError) => void
  }) {
    this.#flow = flow
    this.#now = now
    this.#refused = refused
    this.#fields = emptyFields(before.wrong)
    if (before.withoutSecurityCode && this.#mayLeaveOut('securityCode'))
      this.#fields.securityCode.complete = true
  }

  /** The field whose digits are expected; `undefined` when all are complete. */
  current(): FieldName | undefined {
    return this.#asked ?? fieldNames.find((name) => !this.#fields[name].complete && this.asks(name))
  }

  /** Whether the flow asks for a field at all. */
  asks(name: FieldName): boolean {
    return name !== 'securityCode' || this.#flow.securityCode !== 'never'
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

  /** The fields that have become complete since this was asked for last, and still are; in that order. */
  takeCompleted(): readonly FieldName[] {
    const completed = this.#completed
    this.#completed = nothing
    return completed
  }

  /** A field has no attempts left. */
  exhausted(): boolean {
    return fieldNames.some((name) => this.#fields[name].wrong >= this.#flow.attempts)
  }

  /** What outlives the process beside the digits. */
  entered(): EnteredBefore {
    return {
      wrong: byName((name) => this.#fields[name].wrong),
      withoutSecurityCode: this.#isLeftOut('securityCode'),
    }
  }

  errorOf(name: FieldName): FieldError | undefined {
    return this.#fields[name].error
  }

  /** A key that fills no field: whether it is left over from an entry that ended by itself. */
  isLeftOver(): boolean {
    return this.#leftOver?.takes() ?? false
  }

  /** Whether what has been typed is dropped when the burst is over that it was keyed in with. */
  isDroppedAfterBurst(): boolean {
    return this.#leftOver?.isDroppedAfterBurst(this.typed()) ?? false
  }

  /** A digit for the current field. One that there is no room for makes the entry wrong at once. */
  type(digit: number): void {
    const name = this.current()
    if (!name) return
    const field = this.#fields[name]
    this.#leftOver?.digit(field.digits.count)
    field.error = undefined
    if (!field.digits.push(digit)) {
      const error = name === 'pan' ? 'invalid-card-number' : 'invalid-security-code'
      this.#refuse(name, error, this.#cost())
      this.#endedByItself(error)
      return
    }
    if (name === 'pan' && field.digits.count <= 8) this.#noticeBrand()
    if (endsByItself(name, field.digits, this.#circumstances())) this.#endedByItself(this.#judge(name))
  }

  /** `#`: the current entry is complete. False where that means nothing. */
  endEntry(): boolean {
    const name = this.current()
    if (!name || this.#fields[name].digits.count === 0) return this.#endEmpty(name)
    const leftOver = this.#leftOver
    const isOnTrial = leftOver?.isOnTrial() ?? false
    if (name === 'expiry' && this.#endMonth(isOnTrial)) leftOver?.end()
    else if (isOnTrial && this.#faultOf(name)) this.#drop(name)
    else {
      leftOver?.end()
      const error = this.#judge(name)
      if (error && name === 'securityCode') this.#begunLeftOver('refused-by-key')
    }
    return true
  }

  /** `*`: forgets the current entry. False where nothing has been typed. */
  clearEntry(): boolean {
    this.#leftOver?.end()
    const name = this.current()
    if (!name || this.#fields[name].digits.count === 0) return false
    this.#empty(name)
    return true
  }

  /** Nothing was typed for too long. */
  fallSilent(): void {
    const name = this.current()
    if (!name) return
    const field = this.#fields[name]
    if (field.digits.count === 0) {
      field.error = 'timeout'
      this.#refused(name, 'timeout')
    } else if (this.isDroppedAfterBurst()) {
      this.#drop(name)
    } else if (mayEnd(name, field.digits, this.#brand)) {
      this.#endedByItself(this.#judge(name))
    } else {
      this.#refuse(name, 'timeout', field.brokenOff ? 1 : 0)
      field.brokenOff = true
      this.#begunLeftOver('broken-off', 'timeout')
    }
  }

  /** Asks for a field alone; the others keep what is complete. */
  ask(name: FieldName): void {
    this.#leftOver?.end()
    const interrupted = this.current()
    if (interrupted) this.#empty(interrupted)
    this.#empty(name)
    this.#fields[name].error = undefined
    this.#asked = name
  }

  startAgain(): void {
    this.#leftOver?.end()
    this.#asked = undefined
    for (const name of fieldNames) {
      this.#empty(name)
      this.#fields[name].error = undefined
    }
  }

  /** All as they were typed into a page. Fields that are right stay, those that are wrong are empty. */
  fill(card: TypedCard): Readonly<Partial<Record<FieldName, FieldError>>> {
    this.#leftOver?.end()
    const errors: Partial<Record<FieldName, FieldError>> = {}
    for (const name of fieldNames) {
      this.#empty(name)
      if (!this.asks(name)) continue
      const typed = card[name]
      if (typed === undefined && this.#mayLeaveOut(name)) {
        this.#complete(name)
        continue
      }
      const { digits } = this.#fields[name]
      const readable = typed !== undefined && typeInto(digits, typed)
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
    this.#leftOver?.end()
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
    const { attempts } = this.#flow
    const current = this.current()
    return byName((name) => {
      const view = viewOfField(this.#fields[name], { attempts, isCurrent: name === current })
      if (!this.asks(name)) return { ...view, state: 'not-asked' }
      return this.#mayLeaveOut(name) ? { ...view, optional: true } : view
    })
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

  /** What is wrong in a burst that goes on behind an entry which ended by itself is not another attempt. */
  #cost(): 0 | 1 {
    return this.#leftOver?.isOnTrial() ? 0 : 1
  }

  #begunLeftOver(after: Parameters<LeftOver['begin']>[0], error?: FieldError): void {
    this.#leftOver ??= new LeftOver(this.#now)
    this.#leftOver.begin(after, error)
  }

  #endedByItself(error: FieldError | undefined): void {
    this.#begunLeftOver(error ? 'refused' : 'taken', error)
  }

  /** `#` in an empty field: it belongs to the entry before, or says that there is nothing to be typed. */
  #endEmpty(name: FieldName | undefined): boolean {
    if (this.#leftOver?.takesEndKey()) {
      this.#leftOver.end()
      return false
    }
    if (!name || !this.#mayLeaveOut(name)) return false
    this.#complete(name)
    return true
  }

  #endMonth(isOnTrial: boolean): boolean {
    if (this.#monthEnded) return false
    this.#monthEnded = becomeMonth(this.#fields.expiry.digits, isOnTrial ? 'two-digits' : 'one-digit')
    return this.#monthEnded
  }

  /** What was left over from the entry before is no entry; what was wrong with that one is said again. */
  #drop(name: FieldName): void {
    const error = this.#leftOver?.error
    this.#leftOver?.end()
    this.#empty(name)
    this.#fields[name].error = error
  }

  #mayLeaveOut(name: FieldName): boolean {
    return name === 'securityCode' && this.#flow.securityCode === 'optional'
  }

  #isLeftOut(name: FieldName): boolean {
    const { complete, digits } = this.#fields[name]
    return complete && digits.count === 0
  }

  #noticeBrand(): void {
    this.#brand = brandOf(this.#fields.pan.digits.issuerPrefix())
  }

  #empty(name: FieldName): void {
    const field = this.#fields[name]
    field.digits.clear()
    field.complete = false
    if (name === 'pan') this.#brand = undefined
    if (name === 'expiry') this.#monthEnded = false
    if (this.#completed.length > 0) this.#completed = this.#completed.filter((each) => each !== name)
    this.#revision += 1
  }

  #refuse(name: FieldName, error: FieldError, cost: 0 | 1): void {
    this.#empty(name)
    const field = this.#fields[name]
    field.error = error
    field.wrong += cost
    this.#refused(name, error)
  }

  #circumstances() {
    return { brand: this.#brand, brands: this.#flow.brands, now: this.#now() }
  }

  #check(name: FieldName): FieldError | undefined {
    return checkEntry(name, this.#fields[name].digits, this.#circumstances())
  }

  /** What is wrong with an entry that ends here. */
  #faultOf(name: FieldName): FieldError | undefined {
    const { digits } = this.#fields[name]
    if (name === 'expiry' && isWholeExpiry(digits)) becomeMonthAndYear(digits)
    return this.#check(name)
  }

  #judge(name: FieldName): FieldError | undefined {
    const error = this.#faultOf(name)
    if (error) {
      this.#refuse(name, error, this.#cost())
      return error
    }
    this.#complete(name)
    const isCodeLeftOut = this.#isLeftOut('securityCode')
    if (
      name === 'pan' &&
      this.#fields.securityCode.complete &&
      !isCodeLeftOut &&
      this.#check('securityCode')
    ) {
      this.#refuse('securityCode', 'invalid-security-code', 0)
    }
    return undefined
  }

  #complete(name: FieldName): void {
    const field = this.#fields[name]
    field.complete = true
    field.error = undefined
    this.#asked = undefined
    this.#completed = [...this.#completed, name]
    this.#revision += 1
  }
}
