import { type FieldName, type LinkChannel, type LinkView, linkChannels } from '@tonegate/protocol/view-state'
import type { Guid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import { Problem } from '../../base/problem.ts'
import type { Launch } from '../model/launch.ts'
import type { LinkOrder } from '../model/vault-sessions.ts'
import { addressIn, maskedAddress, readAddress, wrongAddressIn } from './link-address.ts'
import { NotAccepted } from './not-accepted.ts'
import type { PaymentLinks } from './payment-links.ts'

/** What of a session's link outlives the process. */
export interface LinkProgress {
  /** Rises when the link goes to another address; the former link is worthless then. */
  readonly generation: number
  readonly opened: boolean
  /** How often it was sent. */
  readonly sends: number
  readonly sent: SentLink | null
}

export interface SentLink {
  readonly channel: LinkChannel
  readonly sealedAddress: string
  readonly state: 'sending' | 'sent' | 'failed'
  /** A later process has begun to send it once more; no other one does. */
  readonly resent?: true
}

export const unsentLink: LinkProgress = { generation: 0, opened: false, sends: 0, sent: null }

/** Nobody pays for more than so many messages of one session. */
const maxSends = 10

const addressNames: Readonly<Record<LinkChannel, string>> = {
  sms: 'phone number',
  email: 'email address',
}

/** What the customer has typed into the payment page so far: counts. */
export type TypedCounts = Readonly<Record<FieldName, number>>

const nothingTyped: TypedCounts = { pan: 0, expiry: 0, securityCode: 0 }

/** What a link is made from. */
interface LinkSource {
  readonly guid: Guid
  readonly launch: Launch
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly progress: { readonly link: LinkProgress }
}

/** The session that a link belongs to. */
interface LinkSession {
  /** Writes down what outlives the process; resolves when it is durable. */
  keptWhileOpen(): Promise<void>
  changed(): void
  linkSent(channel: LinkChannel): void
  /** @throws {Problem} when the session has ended, or the gateway is being asked. */
  requireOpen(): void
}

/** The link of one session: where it leads, where it was sent, what the customer does with it. */
export class PaymentLink {
  readonly #source: LinkSource
  readonly #links: PaymentLinks
  readonly #session: LinkSession
  readonly #log: Log
  #generation: number
  #opened: boolean
  #sends: number
  #sent: SentLink | null
  #shown: LinkView['sent']
  #counting = false
  #typing: FieldName | null = null
  #typed = nothingTyped

  constructor({
    source,
    links,
    session,
    log,
  }: {
    readonly source: LinkSource
    readonly links: PaymentLinks
    readonly session: LinkSession
    readonly log: Log
  }) {
    this.#source = source
    this.#links = links
    this.#session = session
    this.#log = log
    const { generation, opened, sends, sent } = source.progress.link
    this.#generation = generation
    this.#opened = opened
    this.#sends = sends
    this.#sent = sent && { ...sent, sealedAddress: links.resealAddress(source.guid, sent.sealedAddress) }
    this.#shown = this.#shownOf(this.#sent)
  }

  progress(): LinkProgress {
    return { generation: this.#generation, opened: this.#opened, sends: this.#sends, sent: this.#sent }
  }

  url(): string {
    return this.#links.urlOf(this.#source.guid, this.#generation)
  }

  typedCounts(): TypedCounts {
    return this.#typed
  }

  view(): LinkView {
    return { opened: this.#opened, typing: this.#typing, sent: this.#shown }
  }

  /** Where a link goes that is sent without a channel: as it went last, else where an address is known. */
  defaultChannel(): LinkChannel {
    if (this.#sent) return this.#sent.channel
    const { initialValues } = this.#source.launch
    const known = linkChannels.filter((channel) => addressIn(initialValues, channel) !== undefined)
    return known.find((channel) => this.#links.senders[channel]) ?? known[0] ?? 'email'
  }

  /** `former`: a link that was good until another was sent to another address. */
  admits(secret: string): 'current' | 'former' | 'no' {
    if (this.#links.isSecretOf(this.#source.guid, this.#generation, secret)) return 'current'
    for (let former = 0; former < this.#generation; former += 1) {
      if (this.#links.isSecretOf(this.#source.guid, former, secret)) return 'former'
    }
    return 'no'
  }

  /** Somebody opened the payment page; false when somebody had before. */
  open(): boolean {
    const isFirst = !this.#opened
    this.#opened = true
    return isFirst
  }

  /** The customer is typing: so many digits are in that field. */
  type(field: FieldName, digits: number): void {
    this.#typing = field
    this.#typed = { ...this.#typed, [field]: digits }
  }

  /** The customer types no more: the form was sent, or the keypad has taken over. */
  stopTyping(): void {
    this.#typing = null
    this.#typed = nothingTyped
  }

  /**
   * Sends the link. To another address than before it is a new link, and the former one ends.
   *
   * @throws {Problem} `invalid-request` without a usable address, `not-possible-now` when this server cannot send
   *   by the channel or is sending at this moment, `quota-exceeded`, `link-not-sent`.
   */
  async send(wanted: LinkOrder): Promise<void> {
    const { channel } = wanted
    if (!this.#links.senders[channel]) {
      const by = channel === 'sms' ? 'text message' : 'e-mail'
      throw new Problem('not-possible-now', `This server is not set up to send links by ${by}.`)
    }
    const to = this.#addressFor(wanted)
    const isElsewhere =
      this.#sent !== null && (this.#sent.channel !== channel || this.#defaultAddress(channel) !== to)
    if (wanted.unlessSent && this.#sent && this.#sent.state !== 'failed' && !isElsewhere) return
    if (this.#sent?.state === 'sending' || this.#counting) {
      throw new Problem('not-possible-now', 'The link is already being sent.')
    }
    if (this.#sends >= maxSends) {
      throw new Problem('quota-exceeded', 'This session’s link has been sent the maximum number of times.', {
        members: { bound: 'session' },
        headers: { 'retry-after': '3600' },
      })
    }
    await this.#count(channel, to)
    this.#session.requireOpen()
    if (isElsewhere) {
      this.#generation += 1
      this.#opened = false
    }
    this.#sends += 1
    const now = {
      channel,
      sealedAddress: this.#links.sealAddress(this.#source.guid, to),
      state: 'sending' as const,
    }
    this.#become(now)
    await this.#session.keptWhileOpen()
    await this.#deliverSent(now)
  }

  /** Sends what was about to be sent when the session was launched. That it failed is in the view. */
  async sendPending(): Promise<void> {
    if (this.#sent?.state === 'sending') await this.#deliverSent(this.#sent).catch(() => {})
  }

  /**
   * Sends what was being sent when the process before this one ended, perhaps for the second time. It is counted
   * already, and so that processes which die one after another do not multiply it, it is sent again once.
   */
  async resendPending(): Promise<void> {
    const before = this.#sent
    if (before?.state !== 'sending') return
    const again: SentLink = before.resent ? { ...before, state: 'failed' } : { ...before, resent: true }
    this.#become(again)
    await this.#session.keptWhileOpen()
    await this.sendPending()
  }

  /** Where a link goes that is sent without an address: where it went last, or what the program sent along. */
  #defaultAddress(channel: LinkChannel): string | undefined {
    if (this.#sent?.channel === channel)
      return this.#links.openAddress(this.#source.guid, this.#sent.sealedAddress)
    return addressIn(this.#source.launch.initialValues, channel)
  }

  async #count(channel: LinkChannel, address: string): Promise<void> {
    this.#counting = true
    try {
      const { guid, launch } = this.#source
      await this.#links.bounds.take({ tenant: launch.tenant, guid, channel, address })
    } finally {
      this.#counting = false
    }
  }

  #addressFor({ channel, to }: LinkOrder): string {
    const address = to === undefined ? this.#defaultAddress(channel) : undefined
    if (address !== undefined) return address
    const read = to === undefined ? { wrong: this.#missing(channel) } : readAddress(channel, to)
    if ('address' in read) return read.address
    const message = read.wrong
    throw new Problem('invalid-request', `The request is not valid: /to ${message}.`, {
      errors: [{ path: '/to', message }],
    })
  }

  #missing(channel: LinkChannel): string {
    const wrong = wrongAddressIn(this.#source.launch.initialValues, channel)
    const name = addressNames[channel]
    return wrong === undefined
      ? `is missing, and the session has no ${name}`
      : `is missing, and the session's ${name} ${wrong}`
  }

  #become(next: SentLink): void {
    this.#sent = next
    this.#shown = this.#shownOf(next)
    this.#session.changed()
  }

  /** Kept: opening a sealed address for each state that is shown would be the most expensive part of it. */
  #shownOf(link: SentLink | null): LinkView['sent'] {
    if (!link) return null
    const { channel, sealedAddress, state } = link
    const address = this.#links.openAddress(this.#source.guid, sealedAddress)
    return { channel, to: maskedAddress(channel, address), state }
  }

  async #deliver(channel: LinkChannel, to: string): Promise<void> {
    const sender = this.#links.senders[channel]
    if (!sender) throw new Error('No sender is set up for the channel.')
    const { guid, launch, expiresAt } = this.#source
    await sender.send({
      capture: guid,
      to,
      url: this.#links.urlOf(guid, this.#generation),
      expiresAt,
      order: launch.order,
      language: launch.flow.language,
      merchantName: launch.flow.merchantName,
    })
  }

  async #deliverSent(now: SentLink): Promise<void> {
    const conclude = async (state: 'sent' | 'failed') => {
      if (this.#sent !== now) return
      this.#become({ ...now, state })
      await this.#session.keptWhileOpen()
    }
    try {
      await this.#deliver(now.channel, this.#links.openAddress(this.#source.guid, now.sealedAddress))
    } catch (error) {
      this.#log.warn(
        { err: error, capture: this.#source.guid, channel: now.channel },
        'a payment link could not be sent',
      )
      await conclude('failed')
      const isOfAddress = error instanceof NotAccepted && error.isOfAddress
      throw new Problem('link-not-sent', isOfAddress ? error.message : 'The link could not be sent.')
    }
    this.#session.linkSent(now.channel)
    this.#log.info({ capture: this.#source.guid, channel: now.channel }, 'a payment link was sent')
    await conclude('sent')
  }
}
