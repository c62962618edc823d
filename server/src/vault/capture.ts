import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import { createCallWarnings } from './call-warnings.ts'
import type { Capture, CaptureHost, Charging } from './capture-host.ts'
import type { CaptureResult, End, Outcome } from './capture-result.ts'
import { type CardView, cardView, chargedCardView, resultView, typedView } from './capture-view.ts'
import { chargingOf } from './charging.ts'
import { createDeadlines } from './deadlines.ts'
import { CardFields } from './fields/card-fields.ts'
import { isKey } from './keypad.ts'
import { createKeypadEntry } from './keypad-entry.ts'
import { createListeners } from './listeners.ts'
import type { SessionSource } from './open-sessions.ts'
import { createPaymentLink } from './payment-link.ts'
import type { PaymentLinks } from './payment-links.ts'
import { createPendingChallenge } from './pending-challenge.ts'
import { stepOf } from './steps.ts'
import type { EntryMode, Step, ViewState } from './view-state.ts'

/**
 * A capture session as a state machine: `capturing` → `confirming` → `processing` → `ended`, back from
 * `confirming` to `capturing` when a field is asked again, and from each but `processing` to `ended`. The card is
 * typed on a keypad, key by key, or on the payment page, all at once; the two take over from one another.
 *
 * Waits: `firstDigitSeconds` for the first digit of each field from when somebody is there, then the field's
 * error is `timeout` and it is still asked; `interDigitSeconds` between digits. A session ends by `timeout`
 * after `idleSeconds` without a key, a command or a page, and by `expired` when its lifetime is over.
 */
export function createCapture({
  source,
  renew,
  addRefreshToken,
  host,
  links,
  clock,
  log,
}: {
  readonly source: Omit<SessionSource, 'sealedFields' | 'refreshTokens'>
  readonly renew: Capture['renew']
  readonly addRefreshToken: Capture['addRefreshToken']
  readonly host: CaptureHost
  readonly links: PaymentLinks
  readonly clock: Clock
  readonly log: Log
}): Capture {
  const { guid, launch, progress } = source
  const { flow, order, caller } = launch
  const fields = new CardFields({
    flow,
    now: clock.now,
    wrong: progress.wrong,
    refused: (field, error) =>
      log.info({ capture: guid, step: stepOf[field], error }, 'an entry was not taken'),
  })
  const keypad = createKeypadEntry({ flow, fields, now: clock.now })
  const warnings = createCallWarnings({ now: clock.now })
  let { begun, slowMode, hungUp, entry } = progress
  let interDigitSeconds = progress.interDigitSeconds ?? flow.interDigitSeconds
  const deadlines = createDeadlines({
    source,
    fields,
    entry: () => entry,
    interDigitSeconds: () => interDigitSeconds,
    now: clock.now,
  })
  const { subscribe, tell } = createListeners<ViewState>((error) =>
    log.error({ err: error, capture: guid }, 'a listener of a capture session failed'),
  )
  let state: ViewState['state'] = 'capturing'
  let keptRevision = fields.revision()
  let loggedStep: Step | null = null
  let lastCapturing: CardView | undefined
  let result: CaptureResult | undefined
  let finishing: Promise<void> | undefined
  let suspended = false
  const link = createPaymentLink({ source, links, kept: keptWhileOpen, changed, log })
  const challenge = createPendingChallenge({ clock, seconds: flow.challengeSeconds, changed })

  const isOpen = () => !suspended && (state === 'capturing' || state === 'confirming')

  function requireOpen(): void {
    if (suspended) throw new Problem('provider-unavailable', 'The payment server is closing.')
    if (state === 'processing') throw new Problem('not-possible-now', 'The payment is being processed.')
    if (state === 'ended') throw new Problem('not-possible-now', 'The payment session has ended.')
  }

  function requireKeypad(): void {
    if (launch.entry === 'keypad') return
    throw new Problem('not-possible-now', 'This session was opened for a link; nobody is on a keypad.')
  }

  function touch(): void {
    deadlines.active()
    if (begun) return
    begun = true
    host.begun()
    keep()
  }

  function keep(): void {
    keptRevision = fields.revision()
    host.keep(fields, {
      ...{ begun, slowMode, hungUp, entry, interDigitSeconds },
      wrong: fields.wrongEntries(),
      link: link.progress(),
    })
  }

  async function keptWhileOpen(): Promise<void> {
    if (!isOpen()) return
    keep()
    await host.kept()
  }

  /** To be called after every change of the fields. */
  function fieldsChanged(): void {
    if (fields.exhausted()) {
      startFinishing('too-many-failed-attempts', 'failed')
      return
    }
    state = entry === 'link' || fields.current() ? 'capturing' : 'confirming'
    if (begun) deadlines.wait()
    if (fields.revision() !== keptRevision) keep()
    changed()
  }

  function changed(): void {
    logStep()
    if (isOpen()) host.due(deadlines.next())
    tell(viewNow)
  }

  function logStep(): void {
    const step = stepNow()
    if (step === loggedStep) return
    loggedStep = step
    if (step) log.info({ capture: guid, step }, 'a capture session came to a step')
  }

  function stepNow(): Step | null {
    if (state === 'processing') return 'payment-processing'
    const current = entry === 'link' ? link.view().typing : fields.current()
    return state === 'capturing' && current ? stepOf[current] : null
  }

  function cardNow(): CardView {
    return entry === 'link' ? typedView(fields, link.typedCounts()) : cardView(fields, flow)
  }

  function viewNow(): ViewState {
    return {
      state,
      step: stepNow(),
      entry,
      ...(lastCapturing ?? cardNow()),
      order,
      merchantName: flow.merchantName,
      slowMode,
      interDigitSeconds,
      caller: hungUp ? 'hung-up' : caller,
      warnings: isOpen() ? warningsNow() : [],
      link: link.view(),
      challenged: challenge.current() !== undefined,
      endsAt: deadlines.endsAt(),
      result: result ? resultView(result) : null,
    }
  }

  const warningsNow = () => [
    ...warnings.list(slowMode),
    ...(deadlines.endsSoon() ? (['ending-soon'] as const) : []),
  ]

  /** Ends a session that nothing was charged for. */
  function finish(end: End, outcome: Outcome): Promise<void> {
    lastCapturing = cardNow()
    state = 'ended'
    result = { guid, end, outcome }
    fields.wipe()
    finishing = host.track(host.end(result))
    changed()
    return finishing
  }

  function startFinishing(end: End, outcome: Outcome): void {
    finish(end, outcome).catch((error) => {
      log.error({ err: error, capture: guid }, 'the end of a capture session could not be written')
    })
  }

  async function charge(channel: Charging['channel']): Promise<void> {
    lastCapturing = cardView(fields, flow)
    state = 'processing'
    changed()
    const charging = chargingOf(fields, { channel, linkUrl: link.url(), challenge })
    try {
      await host.recordAttempt(charging)
    } catch (error) {
      takeBack()
      throw error
    }
    await concluded(host.authorise(charging))
  }

  /** Nothing was sent to the gateway: the payment may be tried again; on the page the card is typed again. */
  function takeBack(): void {
    if (entry === 'link') fields.emptyAll()
    lastCapturing = undefined
    state = entry === 'link' ? 'capturing' : 'confirming'
    keep()
    changed()
  }

  async function concluded(charge: Promise<CaptureResult>): Promise<void> {
    const known = await charge
    state = 'ended'
    result = known
    const reported = host.ended(known)
    changed()
    await reported
  }

  function startCharge(channel: Charging['channel']): Promise<void> {
    finishing = host.track(charge(channel))
    return finishing
  }

  /** Takes over with the other way of typing. What was half typed is dropped, complete fields stay. */
  function takeOver(by: EntryMode): void {
    const halfTyped = fields.typed() > 0 && fields.current()
    if (halfTyped) fields.clearEntry()
    link.stopTyping()
    entry = by
    keep()
  }

  return {
    guid,
    launch,
    fields,
    renew,
    addRefreshToken,
    view: viewNow,
    subscribe,
    admits: link.admits,
    usualChannel: link.usualChannel,
    challenge: challenge.current,
    challengeAnswered: challenge.answer,
    sendPendingLink: link.sendPending,

    opened() {
      if (!isOpen()) return
      touch()
      if (!deadlines.isWaiting()) deadlines.wait()
      changed()
    },

    press(tone) {
      if (!isOpen() || entry !== 'keypad' || !isKey(tone)) return 'ignored'
      touch()
      if (!slowMode) warnings.pressed(tone)
      const pressed = keypad.press(tone, { slowMode })
      if (pressed === 'nothing') return 'ignored'
      if (pressed === 'typed') fieldsChanged()
      else {
        startCharge('moto').catch((error) => {
          log.error({ err: error, capture: guid }, 'a payment that the caller confirmed could not be taken')
        })
      }
      return 'taken'
    },

    callerHungUp() {
      if (hungUp) return
      hungUp = true
      if (isOpen()) keep()
      changed()
    },

    callTrouble(trouble) {
      log.warn({ capture: guid, trouble }, 'a call has trouble')
      warnings.trouble(trouble)
      changed()
    },

    ask(field) {
      requireOpen()
      requireKeypad()
      touch()
      if (entry === 'link') takeOver('keypad')
      fields.ask(field)
      fieldsChanged()
    },

    slowMode(on) {
      requireOpen()
      touch()
      slowMode = on === 'on'
      keep()
      changed()
    },

    waitBetweenDigits(seconds) {
      requireOpen()
      touch()
      interDigitSeconds = seconds
      keep()
      if (deadlines.isWaiting()) deadlines.wait()
      changed()
    },

    enterBy(by) {
      requireOpen()
      if (by === 'keypad') requireKeypad()
      touch()
      if (by !== entry) takeOver(by)
      fieldsChanged()
    },

    async sendLink(order) {
      requireOpen()
      touch()
      await link.send(order)
      return link.url()
    },

    pageOpened() {
      if (!isOpen()) return
      touch()
      if (!link.open()) return
      log.info({ capture: guid }, 'the payment page was opened')
      keep()
      changed()
    },

    pageTyped(field, digits) {
      if (!isOpen()) return
      touch()
      if (entry === 'keypad') takeOver('link')
      link.type(field, digits)
      fieldsChanged()
    },

    async pay() {
      if (state === 'processing' && finishing) return finishing
      requireOpen()
      if (state !== 'confirming') {
        throw new Problem('not-possible-now', 'A payment can be taken when all fields are complete.')
      }
      touch()
      return startCharge('moto')
    },

    async cancel() {
      if (state === 'ended') return finishing
      if (challenge.current()) {
        challenge.answer('abandoned')
        return finishing
      }
      requireOpen()
      return finish('cancelled', 'cancelled')
    },

    async submitCard(card) {
      requireOpen()
      touch()
      if (entry === 'keypad') takeOver('link')
      link.stopTyping()
      const errors = fields.fill(card)
      if (Object.keys(errors).length > 0) {
        fields.emptyAll()
        fieldsChanged()
        if (state === 'ended') await finishing
        return errors
      }
      await startCharge('ecommerce')
      return {}
    },

    tick() {
      if (!isOpen()) return Number.POSITIVE_INFINITY
      const due = deadlines.due()
      if (due === 'silence') {
        fields.fallSilent()
        fieldsChanged()
      } else if (due === 'ending-soon') {
        changed()
      } else if (due) {
        startFinishing(due, 'failed')
      }
      return isOpen() ? deadlines.next() : Number.POSITIVE_INFINITY
    },

    suspend() {
      challenge.giveUp()
      if (!isOpen()) return
      lastCapturing = cardNow()
      suspended = true
      fields.wipe()
    },

    resumeCharge(card, charge) {
      state = 'processing'
      lastCapturing = chargedCardView(card, { flow, wrong: progress.wrong })
      fields.wipe()
      finishing = host.track(concluded(charge))
      return finishing
    },
  }
}
