import type { End, Outcome, SessionResult } from '@tonegate/protocol/outcome'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { Challenged, ChargeAttempt, Charging } from '../charge/attempt.ts'
import type { WrongEntries } from '../fields/card-fields.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import type { Challenge } from '../model/gateway.ts'
import type { KeptCard } from '../model/launch.ts'
import type { CardEntryHost, OpenCardEntry } from './card-entry-host.ts'
import { type CardView, cardView, chargedCardView } from './card-entry-view.ts'
import { chargingOf, chargingOfKept } from './charging.ts'
import { createPendingChallenge } from './pending-challenge.ts'

/** The session that comes to its end. */
interface EndingSession extends Pick<OpenCardEntry, 'guid' | 'launch' | 'fields' | 'view'> {
  card(): CardView
  linkUrl(): string
  changed(): void
  /** Nothing was sent to the gateway: the payment may be tried again. */
  reopened(): void
}

/**
 * How a session comes to its end: by a charge, in which the customer's bank may ask the customer, or without one.
 * `suspended` is open no more and has not ended: the process is about to.
 */
export class Conclusion {
  readonly #session: EndingSession
  readonly #host: CardEntryHost
  readonly #clock: Clock
  #phase: 'open' | 'suspended' | 'processing' | 'ended' = 'open'
  #card: CardView | undefined
  #challenge: ReturnType<typeof createPendingChallenge> | undefined
  #result: SessionResult | undefined
  #finishing: Promise<void> | undefined

  constructor(
    session: EndingSession,
    { host, clock }: { readonly host: CardEntryHost; readonly clock: Clock },
  ) {
    this.#session = session
    this.#host = host
    this.#clock = clock
  }

  get phase() {
    return this.#phase
  }

  /** The card as it was before its digits left; `undefined` while they are there. */
  get card() {
    return this.#card
  }

  get result() {
    return this.#result
  }

  /** Resolves when the end is durable and reported; `undefined` while none has been begun. */
  get finishing() {
    return this.#finishing
  }

  /** @throws {Problem} once the gateway has been asked, or the session has ended. */
  requireOpen(): void {
    if (this.#phase === 'suspended') {
      throw new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')
    }
    if (this.#phase === 'processing') {
      throw new Problem(
        'not-possible-now',
        'The payment is already being processed and can no longer be changed.',
      )
    }
    if (this.#phase === 'ended') throw new Problem('not-possible-now', 'The payment session has ended.')
  }

  /** Ends a session that nothing was charged for. */
  end(end: End, outcome: Outcome): Promise<void> {
    const { guid, fields } = this.#session
    this.#card = this.#session.card()
    this.#phase = 'ended'
    this.#result = { guid, end, outcome }
    fields.wipe()
    const result = this.#result
    const ending = () => this.#ended(this.#host.end(result, this.#session.view()))
    this.#finishing = this.#host.track(this.#host.inTrace('end session', ending))
    this.#session.changed()
    return this.#finishing
  }

  /** Another server has ended the session: it ends here as its row says. */
  follow(): Promise<void> {
    this.#card = this.#session.card()
    this.#finishing = this.#host.track(this.#followRow())
    return this.#finishing
  }

  /** Charges the complete card. */
  charge(channel: Charging['channel'], sender?: Charging['sender']): Promise<void> {
    this.#finishing = this.#host.track(this.#host.inTrace('charge', () => this.#charge(channel, sender)))
    return this.#finishing
  }

  /** Charges a card that the gateway keeps; where that cannot be written down, nothing is charged and the session fails. */
  chargeKept(card: KeptCard): Promise<void> {
    this.#finishing = this.#host.track(this.#host.inTrace('charge', () => this.#chargeKept(card)))
    return this.#finishing
  }

  /** A charge that the process before this one began: the session waits for what becomes of it. */
  resumeCharge(
    card: ChargedCard | undefined,
    {
      wrong,
      charge,
    }: {
      readonly wrong: WrongEntries
      readonly charge: (challenged: Challenged) => Promise<SessionResult>
    },
  ): Promise<void> {
    const { launch, fields } = this.#session
    this.#phase = 'processing'
    this.#card = chargedCardView(card, { flow: launch.flow, wrong })
    fields.wipe()
    const challenge = this.#pendingChallenge()
    const concluded = () => this.#concluded(charge(challenge.goOn))
    this.#finishing = this.#host.track(this.#host.inTrace('charge', concluded))
    return this.#finishing
  }

  /** What the customer's bank asks; `undefined` while it asks nothing. */
  challenge(): Challenge | undefined {
    return this.#challenge?.current()
  }

  challengeAnswered(answer: Readonly<Record<string, string>>): void {
    this.#challenge?.answer(answer)
  }

  /** Gives up a payment whose customer is at the bank: it ends as cancelled. False where none is. */
  callOff(): boolean {
    return this.#challenge?.callOff() ?? false
  }

  /** The process is about to end: wipes the digits, and takes nothing more. What is being charged goes on. */
  suspend(): void {
    this.#challenge?.giveUp()
    if (this.#phase !== 'open') return
    this.#card = this.#session.card()
    this.#phase = 'suspended'
    this.#session.fields.wipe()
  }

  async #charge(channel: Charging['channel'], sender: Charging['sender']): Promise<void> {
    const { fields, launch } = this.#session
    this.#card = cardView(fields, launch.flow)
    this.#phase = 'processing'
    this.#session.changed()
    const challenge = this.#pendingChallenge()
    const linkUrl = this.#session.linkUrl()
    await this.#take(chargingOf(fields, { channel, linkUrl, challenge, ...(sender && { sender }) }))
  }

  async #chargeKept(card: KeptCard): Promise<void> {
    this.#phase = 'processing'
    this.#session.changed()
    try {
      await this.#take(chargingOfKept(card))
    } catch (error) {
      if (this.phase === 'open') await this.end('internal-error', 'failed')
      throw error
    }
  }

  /** Throws where the attempt cannot be written down, and the session is as it was. */
  async #take(charging: Charging): Promise<void> {
    let attempt: ChargeAttempt | undefined
    try {
      attempt = await this.#host.recordAttempt(charging)
    } catch (error) {
      this.#card = undefined
      this.#phase = 'open'
      this.#session.reopened()
      throw error
    }
    await (attempt ? this.#concluded(this.#host.authorise(attempt, charging)) : this.#followRow())
  }

  #pendingChallenge(): ReturnType<typeof createPendingChallenge> {
    this.#challenge = createPendingChallenge({
      clock: this.#clock,
      seconds: this.#session.launch.flow.challengeSeconds,
      changed: () => {
        this.#session.changed()
        this.#host.progressed()
      },
    })
    return this.#challenge
  }

  async #ended(ending: Promise<'ended' | 'otherwise'>): Promise<void> {
    if ((await ending) === 'otherwise') await this.#followRow()
  }

  /** Another server decides how the session ends. */
  async #followRow(): Promise<void> {
    this.#phase = 'processing'
    this.#result = undefined
    this.#session.fields.wipe()
    this.#session.changed()
    await this.#concluded(this.#host.endOfRow())
  }

  async #concluded(charge: Promise<SessionResult>): Promise<void> {
    const known = await charge
    this.#phase = 'ended'
    this.#result = known
    const reported = this.#host.ended(this.#session.view())
    this.#session.changed()
    await reported
  }
}
