import { stepOf } from '@tonegate/protocol/steps'
import type {
  EntryMode,
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
import { CardFields } from '../fields/card-fields.ts'
import { PaymentLink } from '../links/payment-link.ts'
import type { PaymentLinks } from '../links/payment-links.ts'
import type { Flow } from '../model/launch.ts'
import type { SessionMeter, SessionStage } from '../model/session-meter.ts'
import { fieldCodes } from '../model/session-progress.ts'
import { CallWarnings } from './call-warnings.ts'
import type { CardEntryHost, Progress } from './card-entry-host.ts'
import {
  type CardView,
  cardView,
  closedCardView,
  keptCardView,
  pageEntryView,
  resultView,
} from './card-entry-view.ts'
import { chargedKeptCard } from './charging.ts'
import { Conclusion } from './conclusion.ts'
import { Deadlines } from './deadlines.ts'
import { Listeners } from './listeners.ts'
import type { SessionSource } from './open-sessions.ts'

/**
 * What a session is while a card is entered, what it shows, and how it writes that down. Its operations are those of
 * {@link CardEntry}, on the same object.
 */
export abstract class CardEntryState {
  protected readonly source: Omit<SessionSource, 'sealedFields' | 'refreshTokens'>
  protected readonly host: CardEntryHost
  protected readonly clock: Clock
  protected readonly log: Log
  readonly fields: CardFields
  protected readonly deadlines: Deadlines
  protected readonly link: PaymentLink
  protected readonly conclusion: Conclusion
  readonly #listeners = new Listeners<ViewState>()
  protected warnings: CallWarnings | undefined
  protected begun: boolean
  protected inSlowMode: boolean
  protected hungUp: boolean
  protected entry: EntryMode
  protected interDigitSeconds: number
  #keptRevision: number
  readonly #meter: SessionMeter | undefined
  #loggedStep: Step | null = null
  /** By the clock that only goes forward. */
  #stepSince = 0

  constructor({
    source,
    host,
    links,
    clock,
    log,
    sessionMeter,
  }: Pick<Parts, 'clock' | 'log'> & {
    readonly source: Omit<SessionSource, 'sealedFields' | 'refreshTokens'>
    readonly host: CardEntryHost
    readonly links: PaymentLinks
    readonly sessionMeter?: SessionMeter | undefined
  }) {
    const { guid, launch, progress } = source
    const { flow } = launch
    this.source = source
    this.host = host
    this.clock = clock
    this.log = log
    this.#meter = sessionMeter
    this.fields = new CardFields({
      flow,
      now: clock.now,
      before: progress,
      refused(field, error) {
        host.note('entry-not-accepted', `${stepOf[field]} ${error}`)
        log.info({ capture: guid, step: stepOf[field], error }, 'an entry was rejected')
      },
    })
    this.deadlines = new Deadlines(source, clock.now)
    this.link = new PaymentLink({ source, links, session: this, log })
    this.conclusion = new Conclusion(this, { host, clock })
    if (progress.tones !== 'none') this.callWarnings()
    this.begun = progress.begun
    this.inSlowMode = progress.slowMode
    this.hungUp = progress.hungUp
    this.entry = progress.entry
    this.interDigitSeconds = progress.interDigitSeconds ?? flow.interDigitSeconds
    this.#keptRevision = this.fields.revision()
  }

  get guid() {
    return this.source.guid
  }

  get launch() {
    return this.source.launch
  }

  view(): ViewState {
    const { result } = this.conclusion
    const { order, caller, flow } = this.launch
    return {
      state: this.stateNow(),
      step: this.#stepNow(),
      entry: this.entry,
      keypad: this.isOpen() ? this.keypad() : 'open',
      ...(this.conclusion.card ?? this.card()),
      order,
      merchantName: flow.merchantName,
      slowMode: this.inSlowMode,
      interDigitSeconds: this.interDigitSeconds,
      caller: this.hungUp ? 'hung-up' : caller,
      ...(this.warnings?.endedBy && { callEndedBy: this.warnings.endedBy }),
      warnings: this.isOpen() ? this.#warningsNow() : [],
      link: this.link.view(),
      challenged: this.conclusion.challenge() !== undefined,
      endsAt: this.deadlines.endsAt(),
      result: result ? resultView(result, this.launch) : null,
    }
  }

  stage(): SessionStage | 'ended' {
    const state = this.stateNow()
    return state === 'capturing' && !this.begun ? 'waiting' : state
  }

  subscribe(listener: (state: ViewState) => void): Stop {
    return this.#listeners.subscribe(listener)
  }

  /** The card as far as it has been typed. */
  card(): CardView {
    const { keptCard } = this.launch
    if (keptCard) return keptCardView(chargedKeptCard(keptCard), this.flow)
    if (this.entry === 'link') return pageEntryView(this.fields, this.link.typedCounts())
    return (this.keypad() === 'open' ? cardView : closedCardView)(this.fields, this.flow)
  }

  linkUrl(): string {
    return this.link.url()
  }

  linkSent(channel: LinkChannel): void {
    this.host.note('link-sent', channel)
  }

  /** To be called after every change of what the view shows. */
  changed(): void {
    this.#logStep()
    if (this.isOpen()) this.host.due(this.deadlines.next())
    this.#listeners.tell(
      () => this.view(),
      (error) => this.failed(error, 'a listener of a capture session failed'),
    )
  }

  /** Writes down what outlives the process, while the session is open; resolves when it is durable. */
  async keptWhileOpen(): Promise<void> {
    if (!this.isOpen()) return
    this.keep()
    await this.host.kept()
  }

  /** The payment may be tried again. On the page the card is typed again, and so is one that others may have heard. */
  reopened(): void {
    if (this.entry === 'link' || this.#tones() !== 'none') this.fields.emptyAll()
    this.keep()
    this.changed()
  }

  /** @throws {Problem} also where the gateway keeps the card: nothing is typed then. */
  requireOpen(): void {
    this.conclusion.requireOpen()
    if (!this.launch.keptCard) return
    throw new Problem(
      'not-possible-now',
      'This session charges a kept card, so no card details can be entered.',
    )
  }

  protected get flow(): Flow {
    return this.source.launch.flow
  }

  protected isOpen(): boolean {
    return this.conclusion.phase === 'open'
  }

  /** Whether somebody may type a card. */
  protected isTyped(): boolean {
    return this.isOpen() && !this.launch.keptCard
  }

  /** `closed` once others have heard the caller's keys, until the line is secured anew. */
  protected keypad(): ViewState['keypad'] {
    return this.#tones() === 'now' ? 'closed' : 'open'
  }

  /** Whether a card is typed on a keypad whose keys nobody else hears. */
  protected takesKeys(): boolean {
    return this.isTyped() && this.entry === 'keypad' && (this.warnings?.takesKeys() ?? true)
  }

  protected callWarnings(): CallWarnings {
    this.warnings ??= new CallWarnings(this.source.progress.tones)
    return this.warnings
  }

  #tones() {
    return this.warnings?.tones ?? 'none'
  }

  protected touch(): void {
    this.deadlines.active()
    if (this.begun) return
    this.begun = true
    this.host.note('begun')
    this.host.begun()
    this.keep()
  }

  protected wait(): void {
    if (this.takesKeys()) this.deadlines.wait(this.fields, this.interDigitSeconds)
    else this.deadlines.waitForNobody()
  }

  /** Notes the fields that have become complete: to be called before what was noted is written. */
  protected noteCompleted(): void {
    for (const name of this.fields.takeCompleted()) this.host.note('field-complete', fieldCodes[name])
  }

  protected keep(): void {
    this.noteCompleted()
    this.#keptRevision = this.fields.revision()
    this.host.keep(this.fields, this.#progress())
  }

  #progress(): Progress {
    return {
      begun: this.begun,
      slowMode: this.inSlowMode,
      hungUp: this.hungUp,
      entry: this.entry,
      interDigitSeconds: this.interDigitSeconds,
      ...this.fields.entered(),
      link: this.link.progress(),
      tones: this.#tones(),
    }
  }

  #warningsNow(): readonly Warning[] {
    return [
      ...(this.warnings?.list(this.inSlowMode) ?? []),
      ...(this.deadlines.endsSoon() ? (['ending-soon'] as const) : []),
    ]
  }

  /** To be called after every change of the fields. */
  protected fieldsChanged(): void {
    if (this.fields.exhausted()) {
      this.endBy('too-many-failed-attempts')
      return
    }
    if (this.begun && this.isTyped()) this.wait()
    if (this.fields.revision() !== this.#keptRevision) this.keep()
    this.changed()
  }

  #logStep(): void {
    const step = this.#stepNow()
    if (step === this.#loggedStep) return
    this.#meterStep(this.#loggedStep)
    this.#loggedStep = step
    if (!step) return
    this.host.note('step', step)
    this.log.info({ capture: this.guid, step }, 'a capture session reached a step')
  }

  /** Another step was reached. A field that its session has ended at was not left. */
  #meterStep(former: Step | null): void {
    const now = this.clock.elapsed()
    const { phase } = this.conclusion
    const isLeft = phase === 'open' || phase === 'processing'
    if (isLeft && former !== null && former !== 'payment-processing')
      this.#meter?.fieldLeft(former, this.entry, now - this.#stepSince)
    this.#stepSince = now
  }

  protected stateNow(): ViewState['state'] {
    const { phase } = this.conclusion
    if (phase === 'processing' || phase === 'ended') return phase
    if (this.launch.keptCard) return 'processing'
    return this.entry === 'link' || this.fields.current() ? 'capturing' : 'confirming'
  }

  #stepNow(): Step | null {
    const state = this.stateNow()
    if (state === 'processing') return 'payment-processing'
    const current = this.#fieldAsked()
    return state === 'capturing' && current ? stepOf[current] : null
  }

  #fieldAsked(): FieldName | null | undefined {
    if (this.entry === 'link') return this.link.view().typing
    return this.keypad() === 'open' ? this.fields.current() : null
  }

  protected endBy(end: 'too-many-failed-attempts' | 'timeout' | 'expired'): void {
    this.conclusion
      .end(end, 'failed')
      .catch((error) => this.failed(error, 'the end of a capture session could not be stored'))
  }

  protected failed(error: unknown, message: string): void {
    this.log.error({ err: error, capture: this.guid }, message)
  }
}
