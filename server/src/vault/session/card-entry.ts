import type { SessionResult } from '@tonegate/protocol/outcome'
import type { CallEnd, CallTrouble } from '@tonegate/protocol/telephone'
import type { EntryMode, FieldError, FieldName, LinkChannel } from '@tonegate/protocol/view-state'
import { Problem } from '../../base/problem.ts'
import type { Challenged } from '../charge/attempt.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import type { Challenge } from '../model/gateway.ts'
import type { CardSender, LinkOrder, TypedCard, ViewAccess } from '../model/vault-sessions.ts'
import type { OpenCardEntry } from './card-entry-host.ts'
import { CardEntryState } from './card-entry-state.ts'
import { isKey } from './keypad.ts'
import { pressKey } from './keypad-entry.ts'
import { requireKeypad } from './require-keypad.ts'

/**
 * What changes something for the field that is being entered. Where keys may be missing from it, it is entered again from
 * the start; where others heard them, the whole card is.
 */
const ofKeys: ReadonlySet<CallTrouble> = new Set(['in-band-tones', 'keys-lost', 'line-lost', 'line-secured'])

/**
 * A capture session as a state machine: `capturing` → `confirming` → `processing` → `ended`, back from
 * `confirming` to `capturing` when a field is asked again, and from each but `processing` to `ended`. The card is
 * typed on a keypad, key by key, or on the payment page, all at once; the two take over from one another.
 *
 * Once others have heard keys, nothing that was keyed in before is used, complete or not, and no key is taken until the
 * line is secured anew; then the card is asked for from its beginning. The payment page goes on.
 *
 * Waits: `firstDigitSeconds` for the first digit of each field from when somebody is there, then the field's
 * error is `timeout` and it is still asked; `interDigitSeconds` between digits. A session ends by `timeout`
 * after `idleSeconds` without a key, a command or a page, and by `expired` when its lifetime is over.
 *
 * A class, not closures: thousands of idle sessions share its methods, and rare parts are created lazily.
 */
export class CardEntry extends CardEntryState implements OpenCardEntry {
  opened(): void {
    if (!this.isOpen()) return
    this.host.note('view-opened')
    this.touch()
    if (this.isTyped() && !this.deadlines.isWaiting()) this.wait()
    this.changed()
  }

  press(tone: string, at = this.clock.now()): 'taken' | 'ignored' {
    if (!this.takesKeys() || !isKey(tone)) return 'ignored'
    this.touch()
    if (this.#isDoubled(tone, at)) return 'ignored'
    const asked = this.fields.current()
    const pressed = pressKey(tone, { fields: this.fields, confirmByKeypad: this.flow.confirmByKeypad })
    if (pressed === 'nothing') return 'ignored'
    if (pressed === 'typed') {
      if (this.fields.current() !== asked) this.warnings?.entered()
      this.fieldsChanged()
    } else {
      this.conclusion
        .charge('moto')
        .catch((error) => this.failed(error, 'a payment confirmed by the caller could not be started'))
    }
    return 'taken'
  }

  callEnded(by: CallEnd = 'caller'): void {
    if (this.hungUp) return
    this.hungUp = true
    if (by !== 'caller') this.callWarnings().endedBy = by
    this.host.note('caller-hung-up')
    if (this.isOpen()) this.keep()
    this.changed()
  }

  callTrouble(trouble: CallTrouble): void {
    this.log.warn({ capture: this.guid, trouble }, 'the call has an audio problem')
    const warnings = this.callWarnings()
    const tonesBefore = warnings.tones
    warnings.trouble(trouble)
    const mayBeCharged = this.isTyped() || this.conclusion.phase === 'suspended'
    if (!mayBeCharged || !ofKeys.has(trouble)) {
      this.changed()
      return
    }
    if (trouble === 'in-band-tones') this.fields.startAgain()
    else if (trouble !== 'line-secured' && this.entry === 'keypad') this.fields.clearEntry()
    if (warnings.tones !== tonesBefore) this.keep()
    this.fieldsChanged()
  }

  ask(field: FieldName): void {
    this.requireOpen()
    requireKeypad(this.launch.entry, this.keypad())
    if (!this.fields.asks(field)) {
      throw new Problem('not-possible-now', 'This session does not ask for a security code.')
    }
    this.touch()
    if (this.entry === 'link') this.#takeOver('keypad')
    this.fields.ask(field)
    this.fieldsChanged()
  }

  slowMode(on: 'on' | 'off'): void {
    this.requireOpen()
    this.touch()
    this.inSlowMode = on === 'on'
    this.keep()
    this.changed()
  }

  waitBetweenDigits(seconds: number): void {
    this.requireOpen()
    this.touch()
    this.interDigitSeconds = seconds
    this.keep()
    if (this.deadlines.isWaiting()) this.wait()
    this.changed()
  }

  enterBy(by: EntryMode): void {
    this.requireOpen()
    if (by === 'keypad') requireKeypad(this.launch.entry, this.keypad())
    this.touch()
    if (by !== this.entry) this.#takeOver(by)
    this.fieldsChanged()
  }

  async sendLink(order: LinkOrder): Promise<string> {
    this.requireOpen()
    // Whoever sends it has not opened it: a program does so too.
    this.deadlines.active()
    await this.link.send(order)
    return this.linkUrl()
  }

  sendPendingLink(): Promise<void> {
    return this.link.sendPending()
  }

  resendPendingLink(): Promise<void> {
    return this.link.resendPending()
  }

  defaultChannel(): LinkChannel {
    return this.link.defaultChannel()
  }

  admits(linkSecret: string): 'current' | 'former' | 'no' {
    return this.link.admits(linkSecret)
  }

  pageOpened(): void {
    if (!this.isTyped()) return
    this.touch()
    if (!this.#noteOpened()) return
    this.keep()
    this.changed()
  }

  pageTyped(field: FieldName, digits: number): void {
    if (!this.isTyped()) return
    if (!this.fields.asks(field)) return
    this.touch()
    if (this.#noteOpened()) this.keep()
    if (this.entry === 'keypad') this.#takeOver('link')
    this.link.type(field, digits)
    this.fieldsChanged()
  }

  async submitCard(
    card: TypedCard,
    sender?: CardSender,
  ): Promise<Readonly<Partial<Record<FieldName, FieldError>>>> {
    this.requireOpen()
    this.touch()
    if (this.#noteOpened()) this.keep()
    if (this.entry === 'keypad') this.#takeOver('link')
    this.link.stopTyping()
    const errors = this.fields.fill(card)
    if (Object.keys(errors).length > 0) {
      this.fields.emptyAll()
      this.fieldsChanged()
      if (this.conclusion.phase === 'ended') await this.conclusion.finishing
      return errors
    }
    this.noteCompleted()
    await this.conclusion.charge('ecommerce', sender)
    return {}
  }

  async pay(): Promise<void> {
    const { phase, finishing } = this.conclusion
    if (phase === 'processing' && finishing) return finishing
    this.requireOpen()
    if (this.stateNow() !== 'confirming') {
      throw new Problem('not-possible-now', 'The payment cannot be taken yet: not all fields are complete.')
    }
    this.touch()
    return this.conclusion.charge('moto')
  }

  chargeKept(): void {
    const { keptCard } = this.launch
    if (!keptCard || !this.isOpen()) return
    this.touch()
    this.conclusion
      .chargeKept(keptCard)
      .catch((error) => this.failed(error, 'a kept card could not be charged'))
  }

  challenge(): Challenge | undefined {
    return this.conclusion.challenge()
  }

  challengeAnswered(answer: Readonly<Record<string, string>>): void {
    this.conclusion.challengeAnswered(answer)
  }

  async cancel(): Promise<void> {
    const { phase, finishing } = this.conclusion
    if (phase === 'ended') return finishing && this.host.orUnwritten(finishing)
    if (this.conclusion.callOff()) return this.conclusion.finishing
    this.conclusion.requireOpen()
    return this.host.orUnwritten(this.conclusion.end('cancelled', 'cancelled'))
  }

  tick(): number {
    if (!this.isOpen()) return Number.POSITIVE_INFINITY
    const due = this.deadlines.due()
    if (due === 'silence') {
      this.fields.fallSilent()
      this.fieldsChanged()
    } else if (due === 'ending-soon') {
      this.changed()
    } else if (due) {
      this.endBy(due)
    }
    return this.isOpen() ? this.deadlines.next() : Number.POSITIVE_INFINITY
  }

  suspend(): void {
    this.conclusion.suspend()
  }

  resumeCharge(
    card: ChargedCard | undefined,
    charge: (challenged: Challenged) => Promise<SessionResult>,
  ): Promise<void> {
    return this.conclusion.resumeCharge(card, { wrong: this.source.progress.wrong, charge })
  }

  endedElsewhere(): void {
    if (!this.isOpen()) return
    this.conclusion
      .follow()
      .catch((error) => this.failed(error, 'the end of a session in another process could not be read'))
  }

  get viewAccess(): ViewAccess {
    return this.host.viewAccess
  }

  closeView(): Promise<void> {
    this.host.note('view-closed')
    const closed = this.host.closeView()
    this.changed()
    return closed
  }

  renew(refreshToken: string, proposed?: string): Promise<string | undefined> {
    return this.host.renew(refreshToken, proposed)
  }

  addRefreshToken(): Promise<string> {
    return this.host.addRefreshToken()
  }

  /** Somebody is at the payment page; false where that was known. */
  #noteOpened(): boolean {
    if (!this.link.open()) return false
    this.log.info({ capture: this.guid, tenant: this.launch.tenant }, 'the payment page was opened')
    this.host.note('payment-page-opened')
    return true
  }

  /** Slow mode takes the second of two tones for none; without it the agent is told that tones are doubled. */
  #isDoubled(tone: string, at: number): boolean {
    const warnings = this.callWarnings()
    if (this.inSlowMode) return warnings.isEcho(tone, at, this.flow.slowModeMilliseconds)
    warnings.pressed(tone, at)
    return false
  }

  /** Takes over with the other way of typing. What was half typed is dropped, complete fields stay. */
  #takeOver(by: EntryMode): void {
    const halfTyped = this.fields.typed() > 0 && this.fields.current()
    if (halfTyped) this.fields.clearEntry()
    this.link.stopTyping()
    this.entry = by
    this.host.note('entry-by', by)
    this.keep()
  }
}
