import type { SessionResult } from '@tonegate/protocol/outcome'
import { stepOf } from '@tonegate/protocol/steps'
import type { CallTrouble } from '@tonegate/protocol/telephone'
import type {
  EntryMode,
  FieldError,
  FieldName,
  LinkChannel,
  Step,
  ViewState,
  Warning,
} from '@tonegate/protocol/view-state'
import type { Clock, Stop } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Parts } from '../../base/parts.ts'
import { Problem } from '../../base/problem.ts'
import type { Challenged } from '../charge/attempt.ts'
import { CardFields } from '../fields/card-fields.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import { PaymentLink } from '../links/payment-link.ts'
import type { PaymentLinks } from '../links/payment-links.ts'
import type { Challenge } from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import type { CardSender, LinkOrder, TypedCard, ViewAccess } from '../model/vault-sessions.ts'
import { CallWarnings } from './call-warnings.ts'
import type { CardEntryHost, OpenCardEntry, Progress } from './card-entry-host.ts'
import { type CardView, cardView, keptCardView, pageEntryView, resultView } from './card-entry-view.ts'
import { chargedKeptCard } from './charging.ts'
import { Conclusion } from './conclusion.ts'
import { Deadlines } from './deadlines.ts'
import { createEchoFilter, isKey } from './keypad.ts'
import { pressKey } from './keypad-entry.ts'
import { Listeners } from './listeners.ts'
import type { SessionSource } from './open-sessions.ts'

/**
 * A capture session as a state machine: `capturing` → `confirming` → `processing` → `ended`, back from
 * `confirming` to `capturing` when a field is asked again, and from each but `processing` to `ended`. The card is
 * typed on a keypad, key by key, or on the payment page, all at once; the two take over from one another.
 *
 * Waits: `firstDigitSeconds` for the first digit of each field from when somebody is there, then the field's
 * error is `timeout` and it is still asked; `interDigitSeconds` between digits. A session ends by `timeout`
 * after `idleSeconds` without a key, a command or a page, and by `expired` when its lifetime is over.
 *
 * A server has many at a time, and most of them wait: a class, so that they share its methods, and what few of them
 * need is made when it is needed.
 */
export class CardEntry implements OpenCardEntry {
  readonly #source: Omit<SessionSource, 'sealedFields' | 'refreshTokens'>
  readonly #host: CardEntryHost
  readonly #clock: Clock
  readonly #log: Log
  readonly fields: CardFields
  readonly #deadlines: Deadlines
  readonly #link: PaymentLink
  readonly #conclusion: Conclusion
  readonly #listeners = new Listeners<ViewState>()
  #warnings: CallWarnings | undefined
  #isEcho: ReturnType<typeof createEchoFilter> | undefined
  #begun: boolean
  #slowMode: boolean
  #hungUp: boolean
  #entry: EntryMode
  #interDigitSeconds: number
  #keptRevision: number
  #loggedStep: Step | null = null

  constructor({
    source,
    host,
    links,
    clock,
    log,
  }: Pick<Parts, 'clock' | 'log'> & {
    readonly source: Omit<SessionSource, 'sealedFields' | 'refreshTokens'>
    readonly host: CardEntryHost
    readonly links: PaymentLinks
  }) {
    const { guid, launch, progress } = source
    const { flow } = launch
    this.#source = source
    this.#host = host
    this.#clock = clock
    this.#log = log
    this.fields = new CardFields({
      flow,
      now: clock.now,
      before: progress,
      refused(field, error) {
        host.note('entry-not-accepted', `${stepOf[field]} ${error}`)
        log.info({ capture: guid, step: stepOf[field], error }, 'an entry was rejected')
      },
    })
    this.#deadlines = new Deadlines(source, clock.now)
    this.#link = new PaymentLink({ source, links, session: this, log })
    this.#conclusion = new Conclusion(this, { host, clock })
    this.#begun = progress.begun
    this.#slowMode = progress.slowMode
    this.#hungUp = progress.hungUp
    this.#entry = progress.entry
    this.#interDigitSeconds = progress.interDigitSeconds ?? flow.interDigitSeconds
    this.#keptRevision = this.fields.revision()
  }

  get guid() {
    return this.#source.guid
  }

  get launch() {
    return this.#source.launch
  }

  get #flow(): Flow {
    return this.#source.launch.flow
  }

  view(): ViewState {
    const { result } = this.#conclusion
    const { order, caller, flow } = this.launch
    return {
      state: this.#stateNow(),
      step: this.#stepNow(),
      entry: this.#entry,
      ...(this.#conclusion.card ?? this.card()),
      order,
      merchantName: flow.merchantName,
      slowMode: this.#slowMode,
      interDigitSeconds: this.#interDigitSeconds,
      caller: this.#hungUp ? 'hung-up' : caller,
      warnings: this.#isOpen() ? this.#warningsNow() : [],
      link: this.#link.view(),
      challenged: this.challenge() !== undefined,
      endsAt: this.#deadlines.endsAt(),
      result: result ? resultView(result, this.launch) : null,
    }
  }

  subscribe(listener: (state: ViewState) => void): Stop {
    return this.#listeners.subscribe(listener)
  }

  opened(): void {
    if (!this.#isOpen()) return
    this.#host.note('view-opened')
    this.#touch()
    if (this.#isTyped() && !this.#deadlines.isWaiting()) this.#wait()
    this.changed()
  }

  press(tone: string, at = this.#clock.now()): 'taken' | 'ignored' {
    if (!this.#isTyped() || this.#entry !== 'keypad' || !isKey(tone)) return 'ignored'
    this.#touch()
    if (this.#isDoubled(tone, at)) return 'ignored'
    const pressed = pressKey(tone, { fields: this.fields, confirmByKeypad: this.#flow.confirmByKeypad })
    if (pressed === 'nothing') return 'ignored'
    if (pressed === 'typed') this.#fieldsChanged()
    else {
      this.#conclusion
        .charge('moto')
        .catch((error) => this.#failed(error, 'a payment confirmed by the caller could not be started'))
    }
    return 'taken'
  }

  callerHungUp(): void {
    if (this.#hungUp) return
    this.#hungUp = true
    this.#host.note('caller-hung-up')
    if (this.#isOpen()) this.#keep()
    this.changed()
  }

  callTrouble(trouble: CallTrouble): void {
    this.#log.warn({ capture: this.guid, trouble }, 'the call has an audio problem')
    this.#callWarnings().trouble(trouble)
    this.changed()
  }

  ask(field: FieldName): void {
    this.requireOpen()
    this.#requireKeypad()
    if (!this.fields.asks(field)) {
      throw new Problem('not-possible-now', 'This session does not ask for a security code.')
    }
    this.#touch()
    if (this.#entry === 'link') this.#takeOver('keypad')
    this.fields.ask(field)
    this.#fieldsChanged()
  }

  slowMode(on: 'on' | 'off'): void {
    this.requireOpen()
    this.#touch()
    this.#slowMode = on === 'on'
    this.#keep()
    this.changed()
  }

  waitBetweenDigits(seconds: number): void {
    this.requireOpen()
    this.#touch()
    this.#interDigitSeconds = seconds
    this.#keep()
    if (this.#deadlines.isWaiting()) this.#wait()
    this.changed()
  }

  enterBy(by: EntryMode): void {
    this.requireOpen()
    if (by === 'keypad') this.#requireKeypad()
    this.#touch()
    if (by !== this.#entry) this.#takeOver(by)
    this.#fieldsChanged()
  }

  async sendLink(order: LinkOrder): Promise<string> {
    this.requireOpen()
    this.#touch()
    await this.#link.send(order)
    return this.linkUrl()
  }

  sendPendingLink(): Promise<void> {
    return this.#link.sendPending()
  }

  resendPendingLink(): Promise<void> {
    return this.#link.resendPending()
  }

  defaultChannel(): LinkChannel {
    return this.#link.defaultChannel()
  }

  admits(linkSecret: string): 'current' | 'former' | 'no' {
    return this.#link.admits(linkSecret)
  }

  pageOpened(): void {
    if (!this.#isTyped()) return
    this.#touch()
    if (!this.#noteOpened()) return
    this.#keep()
    this.changed()
  }

  pageTyped(field: FieldName, digits: number): void {
    if (!this.#isTyped()) return
    if (!this.fields.asks(field)) return
    this.#touch()
    if (this.#noteOpened()) this.#keep()
    if (this.#entry === 'keypad') this.#takeOver('link')
    this.#link.type(field, digits)
    this.#fieldsChanged()
  }

  async submitCard(
    card: TypedCard,
    sender?: CardSender,
  ): Promise<Readonly<Partial<Record<FieldName, FieldError>>>> {
    this.requireOpen()
    this.#touch()
    if (this.#noteOpened()) this.#keep()
    if (this.#entry === 'keypad') this.#takeOver('link')
    this.#link.stopTyping()
    const errors = this.fields.fill(card)
    if (Object.keys(errors).length > 0) {
      this.fields.emptyAll()
      this.#fieldsChanged()
      if (this.#conclusion.phase === 'ended') await this.#conclusion.finishing
      return errors
    }
    await this.#conclusion.charge('ecommerce', sender)
    return {}
  }

  async pay(): Promise<void> {
    const { phase, finishing } = this.#conclusion
    if (phase === 'processing' && finishing) return finishing
    this.requireOpen()
    if (this.#stateNow() !== 'confirming') {
      throw new Problem('not-possible-now', 'The payment cannot be taken yet: not all fields are complete.')
    }
    this.#touch()
    return this.#conclusion.charge('moto')
  }

  challenge(): Challenge | undefined {
    return this.#conclusion.challenge()
  }

  challengeAnswered(answer: Readonly<Record<string, string>>): void {
    this.#conclusion.challengeAnswered(answer)
  }

  async cancel(): Promise<void> {
    const { phase, finishing } = this.#conclusion
    if (phase === 'ended') return finishing && this.#host.orUnwritten(finishing)
    if (this.#conclusion.callOff()) return this.#conclusion.finishing
    this.#conclusion.requireOpen()
    return this.#host.orUnwritten(this.#conclusion.end('cancelled', 'cancelled'))
  }

  tick(): number {
    if (!this.#isOpen()) return Number.POSITIVE_INFINITY
    const due = this.#deadlines.due()
    if (due === 'silence') {
      this.fields.fallSilent()
      this.#fieldsChanged()
    } else if (due === 'ending-soon') {
      this.changed()
    } else if (due) {
      this.#endBy(due)
    }
    return this.#isOpen() ? this.#deadlines.next() : Number.POSITIVE_INFINITY
  }

  suspend(): void {
    this.#conclusion.suspend()
  }

  resumeCharge(
    card: ChargedCard | undefined,
    charge: (challenged: Challenged) => Promise<SessionResult>,
  ): Promise<void> {
    return this.#conclusion.resumeCharge(card, { wrong: this.#source.progress.wrong, charge })
  }

  endedElsewhere(): void {
    if (!this.#isOpen()) return
    this.#conclusion
      .follow()
      .catch((error) => this.#failed(error, 'the end of a session in another process could not be read'))
  }

  get viewAccess(): ViewAccess {
    return this.#host.viewAccess
  }

  closeView(): Promise<void> {
    this.#host.note('view-closed')
    const closed = this.#host.closeView()
    this.changed()
    return closed
  }

  renew(refreshToken: string, proposed?: string): Promise<string | undefined> {
    return this.#host.renew(refreshToken, proposed)
  }

  addRefreshToken(): Promise<string> {
    return this.#host.addRefreshToken()
  }

  linkSent(channel: LinkChannel): void {
    this.#host.note('link-sent', channel)
  }

  /** To be called after every change of what the view shows. */
  changed(): void {
    this.#logStep()
    if (this.#isOpen()) this.#host.due(this.#deadlines.next())
    this.#listeners.tell(
      () => this.view(),
      (error) => this.#failed(error, 'a listener of a capture session failed'),
    )
  }

  /** Writes down what outlives the process, while the session is open; resolves when it is durable. */
  async keptWhileOpen(): Promise<void> {
    if (!this.#isOpen()) return
    this.#keep()
    await this.#host.kept()
  }

  /** @throws {Problem} also where the gateway keeps the card: nothing is typed then. */
  requireOpen(): void {
    this.#conclusion.requireOpen()
    if (!this.launch.keptCard) return
    throw new Problem(
      'not-possible-now',
      'This session charges a kept card, so no card details can be entered.',
    )
  }

  chargeKept(): void {
    const { keptCard } = this.launch
    if (!keptCard || !this.#isOpen()) return
    this.#touch()
    this.#conclusion
      .chargeKept(keptCard)
      .catch((error) => this.#failed(error, 'a kept card could not be charged'))
  }

  /** The card as far as it has been typed. */
  card(): CardView {
    const { keptCard } = this.launch
    if (keptCard) return keptCardView(chargedKeptCard(keptCard), this.#flow)
    return this.#entry === 'link'
      ? pageEntryView(this.fields, this.#link.typedCounts())
      : cardView(this.fields, this.#flow)
  }

  linkUrl(): string {
    return this.#link.url()
  }

  /** The payment may be tried again; on the page the card is typed again. */
  reopened(): void {
    if (this.#entry === 'link') this.fields.emptyAll()
    this.#keep()
    this.changed()
  }

  #isOpen(): boolean {
    return this.#conclusion.phase === 'open'
  }

  /** Whether somebody may type a card. */
  #isTyped(): boolean {
    return this.#isOpen() && !this.launch.keptCard
  }

  #requireKeypad(): void {
    if (this.launch.entry === 'keypad') return
    throw new Problem(
      'not-possible-now',
      'This session uses a payment link, so keypad entry is not available.',
    )
  }

  #touch(): void {
    this.#deadlines.active()
    if (this.#begun) return
    this.#begun = true
    this.#host.begun()
    this.#keep()
  }

  /** Somebody is at the payment page; false where that was known. */
  #noteOpened(): boolean {
    if (!this.#link.open()) return false
    this.#log.info({ capture: this.guid, tenant: this.launch.tenant }, 'the payment page was opened')
    this.#host.note('payment-page-opened')
    return true
  }

  #wait(): void {
    const interDigitSeconds = this.#interDigitSeconds
    this.#deadlines.wait({ fields: this.fields, entry: this.#entry, interDigitSeconds })
  }

  #keep(): void {
    this.#keptRevision = this.fields.revision()
    this.#host.keep(this.fields, this.#progress())
  }

  #progress(): Progress {
    return {
      begun: this.#begun,
      slowMode: this.#slowMode,
      hungUp: this.#hungUp,
      entry: this.#entry,
      interDigitSeconds: this.#interDigitSeconds,
      ...this.fields.entered(),
      link: this.#link.progress(),
    }
  }

  /** Slow mode takes the second of two tones for none; without it the agent is told that tones are doubled. */
  #isDoubled(tone: string, at: number): boolean {
    if (!this.#slowMode) {
      this.#callWarnings().pressed(tone, at)
      return false
    }
    this.#isEcho ??= createEchoFilter(this.#flow.slowModeMilliseconds)
    return this.#isEcho(tone, at)
  }

  #callWarnings(): CallWarnings {
    this.#warnings ??= new CallWarnings()
    return this.#warnings
  }

  #warningsNow(): readonly Warning[] {
    return [
      ...(this.#warnings?.list(this.#slowMode) ?? []),
      ...(this.#deadlines.endsSoon() ? (['ending-soon'] as const) : []),
    ]
  }

  /** To be called after every change of the fields. */
  #fieldsChanged(): void {
    if (this.fields.exhausted()) {
      this.#endBy('too-many-failed-attempts')
      return
    }
    if (this.#begun && this.#isTyped()) this.#wait()
    if (this.fields.revision() !== this.#keptRevision) this.#keep()
    this.changed()
  }

  #logStep(): void {
    const step = this.#stepNow()
    if (step === this.#loggedStep) return
    this.#loggedStep = step
    if (!step) return
    this.#host.note('step', step)
    this.#log.info({ capture: this.guid, step }, 'a capture session reached a step')
  }

  #stateNow(): ViewState['state'] {
    const { phase } = this.#conclusion
    if (phase === 'processing' || phase === 'ended') return phase
    if (this.launch.keptCard) return 'processing'
    return this.#entry === 'link' || this.fields.current() ? 'capturing' : 'confirming'
  }

  #stepNow(): Step | null {
    const state = this.#stateNow()
    if (state === 'processing') return 'payment-processing'
    const current = this.#entry === 'link' ? this.#link.view().typing : this.fields.current()
    return state === 'capturing' && current ? stepOf[current] : null
  }

  /** Takes over with the other way of typing. What was half typed is dropped, complete fields stay. */
  #takeOver(by: EntryMode): void {
    const halfTyped = this.fields.typed() > 0 && this.fields.current()
    if (halfTyped) this.fields.clearEntry()
    this.#link.stopTyping()
    this.#entry = by
    this.#host.note('entry-by', by)
    this.#keep()
  }

  #endBy(end: 'too-many-failed-attempts' | 'timeout' | 'expired'): void {
    this.#conclusion
      .end(end, 'failed')
      .catch((error) => this.#failed(error, 'the end of a capture session could not be stored'))
  }

  #failed(error: unknown, message: string): void {
    this.#log.error({ err: error, capture: this.guid }, message)
  }
}
