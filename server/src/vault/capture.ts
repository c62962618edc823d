import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { Capture, CaptureHost } from './capture-host.ts'
import type { CaptureResult, End, Outcome } from './capture-result.ts'
import { type CardView, cardView, chargedCardView, resultView, stepOf } from './capture-view.ts'
import { createDeadlines } from './deadlines.ts'
import { createCardFields } from './fields/card-fields.ts'
import { createEchoFilter, type Key, keyOf } from './keypad.ts'
import { createListeners } from './listeners.ts'
import type { SessionSource } from './open-sessions.ts'
import type { ChargedCard } from './sealed-card.ts'
import type { Step, ViewState } from './view-state.ts'

/**
 * A capture session as a state machine: `capturing` → `confirming` → `processing` → `ended`, back from
 * `confirming` to `capturing` when a field is asked again, and from each but `processing` to `ended`.
 *
 * Waits: `firstDigitSeconds` for the first digit of each field from when somebody is there, then the field's
 * error is `timeout` and it is still asked; `interDigitSeconds` between digits. A session ends by `timeout`
 * after `idleSeconds` without a key, a command or a page, and by `expired` when its lifetime is over.
 */
export function createCapture({
  source,
  renew,
  host,
  clock,
  log,
}: {
  readonly source: Omit<SessionSource, 'sealedFields' | 'refreshTokens'>
  readonly renew: Capture['renew']
  readonly host: CaptureHost
  readonly clock: Clock
  readonly log: Log
}): Capture {
  const { guid, launch, progress, linkSha256 } = source
  const { flow, order, caller } = launch
  const fields = createCardFields({
    flow,
    now: clock.now,
    wrong: progress.wrong,
    refused: (field, error) =>
      log.info({ capture: guid, step: stepOf[field], error }, 'an entry was not taken'),
  })
  const isEcho = createEchoFilter(flow.slowModeMilliseconds, clock.now)
  const deadlines = createDeadlines({ source, fields, now: clock.now })
  const { subscribe, tell } = createListeners<ViewState>((error) =>
    log.error({ err: error, capture: guid }, 'a listener of a capture session failed'),
  )
  let state: ViewState['state'] = 'capturing'
  let { begun, slowMode, hungUp } = progress
  let keptRevision = fields.revision()
  let loggedStep: Step | null = null
  let lastCapturing: CardView | undefined
  let result: CaptureResult | undefined
  let finishing: Promise<void> | undefined
  let suspended = false

  const isOpen = () => !suspended && (state === 'capturing' || state === 'confirming')

  function requireOpen(): void {
    if (suspended) throw new Problem('provider-unavailable', 'The payment server is closing.')
    if (state === 'processing') throw new Problem('not-possible-now', 'The payment is being processed.')
    if (state === 'ended') throw new Problem('not-possible-now', 'The payment session has ended.')
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
    host.keep(fields, { begun, slowMode, hungUp, wrong: fields.wrongEntries() })
  }

  /** To be called after every change of the fields. */
  function fieldsChanged(): void {
    if (fields.exhausted()) {
      startFinishing('too-many-failed-attempts', 'failed')
      return
    }
    state = fields.current() ? 'capturing' : 'confirming'
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
    const current = state === 'capturing' ? fields.current() : undefined
    return current ? stepOf[current] : null
  }

  function viewNow(): ViewState {
    return {
      state,
      step: stepNow(),
      ...(lastCapturing ?? cardView(fields, flow)),
      order,
      merchantName: flow.merchantName,
      slowMode,
      caller: hungUp ? 'hung-up' : caller,
      endsAt: deadlines.endsAt(),
      result: result ? resultView(result) : null,
    }
  }

  /** Ends a session that nothing was charged for. */
  function finish(end: End, outcome: Outcome): Promise<void> {
    lastCapturing = cardView(fields, flow)
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

  async function charge(channel: 'moto' | 'ecommerce'): Promise<void> {
    lastCapturing = cardView(fields, flow)
    state = 'processing'
    changed()
    const { pan, expiry, securityCode } = fields.digits()
    const summary = fields.summary()
    const charged: ChargedCard = {
      summary,
      counts: { pan: pan.count, expiry: expiry.count, securityCode: securityCode.count },
    }
    const charging = {
      card: { brand: summary.brand, pan, expiry, securityCode },
      charged,
      channel,
      wipe: fields.wipe,
    }
    try {
      await host.recordAttempt(charging)
    } catch (error) {
      lastCapturing = undefined
      state = 'confirming'
      keep()
      changed()
      throw error
    }
    await concluded(host.authorise(charging))
  }

  async function concluded(charge: Promise<CaptureResult>): Promise<void> {
    const known = await charge
    state = 'ended'
    result = known
    const reported = host.ended(known)
    changed()
    await reported
  }

  function startCharge(channel: 'moto' | 'ecommerce'): Promise<void> {
    finishing = host.track(charge(channel))
    return finishing
  }

  function pressOpen(tone: string): 'taken' | 'ignored' {
    const key = keyOf(tone)
    if (!key) return 'ignored'
    touch()
    if (slowMode && isEcho(tone)) return 'ignored'
    return state === 'confirming' ? pressConfirming(tone) : pressCapturing(key)
  }

  function pressConfirming(tone: string): 'taken' | 'ignored' {
    if (!flow.confirmByKeypad || (tone !== '1' && tone !== '2')) return 'ignored'
    if (tone === '2') {
      fields.startAgain()
      fieldsChanged()
      return 'taken'
    }
    startCharge('moto').catch((error) => {
      log.error({ err: error, capture: guid }, 'a payment that the caller confirmed could not be taken')
    })
    return 'taken'
  }

  function pressCapturing(key: Key): 'taken' | 'ignored' {
    if (key.kind !== 'digit' && fields.typed() === 0) return 'ignored'
    if (key.kind === 'digit') fields.type(key.digit)
    else if (key.kind === 'end') fields.endEntry()
    else fields.clearEntry()
    fieldsChanged()
    return 'taken'
  }

  return {
    guid,
    launch,
    fields,
    linkSha256,
    renew,
    view: viewNow,

    subscribe,

    opened() {
      if (!isOpen()) return
      touch()
      if (!deadlines.isWaiting()) deadlines.wait()
      changed()
    },

    press: (tone) => (isOpen() ? pressOpen(tone) : 'ignored'),

    callerHungUp() {
      if (hungUp) return
      hungUp = true
      if (isOpen()) keep()
      changed()
    },

    ask(field) {
      requireOpen()
      touch()
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
      requireOpen()
      return finish('cancelled', 'cancelled')
    },

    async submitCard(card) {
      requireOpen()
      touch()
      const errors = fields.fill(card)
      if (Object.keys(errors).length > 0) {
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
      } else if (due) {
        startFinishing(due, 'failed')
      }
      return isOpen() ? deadlines.next() : Number.POSITIVE_INFINITY
    },

    suspend() {
      if (!isOpen()) return
      lastCapturing = cardView(fields, flow)
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
