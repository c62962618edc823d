import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { LinkOrder } from './capture-sessions.ts'
import { addressIn, maskedAddress, readAddress } from './link-address.ts'
import type { SessionSource } from './open-sessions.ts'
import type { PaymentLinks } from './payment-links.ts'
import type { FieldName, LinkChannel, LinkView } from './view-state.ts'

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
}

export const unsentLink: LinkProgress = { generation: 0, opened: false, sends: 0, sent: null }

/** Nobody pays for more than so many messages of one session. */
const mostSends = 10

/** In the order in which they are thought of. */
const linkChannels = ['sms', 'email'] as const satisfies readonly LinkChannel[]

const missingAddress: Readonly<Record<LinkChannel, string>> = {
  sms: 'is missing, and the session knows no telephone number',
  email: 'is missing, and the session knows no e-mail address',
}
const wrongAddress: Readonly<Record<LinkChannel, string>> = {
  sms: 'takes a telephone number such as +48500000000',
  email: 'takes an e-mail address',
}

/** What the customer has typed into the payment page so far: counts. */
export type TypedCounts = Readonly<Record<FieldName, number>>

const nothingTyped: TypedCounts = { pan: 0, expiry: 0, securityCode: 0 }

/** The link of one session: where it leads, where it was sent, what the customer does with it. */
export function createPaymentLink({
  source: { guid, launch, expiresAt, progress },
  links,
  kept,
  changed,
  log,
}: {
  readonly source: Pick<SessionSource, 'guid' | 'launch' | 'expiresAt' | 'progress'>
  readonly links: PaymentLinks
  /** Writes down what outlives the process; resolves when it is durable. */
  readonly kept: () => Promise<void>
  readonly changed: () => void
  readonly log: Log
}) {
  const { flow, order, initialValues } = launch
  let { generation, opened, sends, sent } = progress.link
  let shown = shownOf(sent)
  let typing: FieldName | null = null
  let typed = nothingTyped

  /** Where a link goes that is sent without an address: where it went last, or what the program sent along. */
  function usualAddress(channel: LinkChannel): string | undefined {
    if (sent?.channel === channel) return links.openAddress(guid, sent.sealedAddress)
    return addressIn(initialValues, channel)
  }

  /** Where a link goes that is sent without a channel: as it went last, else where an address is known. */
  function usualChannel(): LinkChannel {
    if (sent) return sent.channel
    const known = linkChannels.filter((channel) => addressIn(initialValues, channel) !== undefined)
    return known.find((channel) => links.senders[channel]) ?? known[0] ?? 'email'
  }

  function addressFor({ channel, to }: LinkOrder): string {
    const address = to === undefined ? usualAddress(channel) : readAddress(channel, to)
    if (address !== undefined) return address
    const message = to === undefined ? missingAddress[channel] : wrongAddress[channel]
    throw new Problem('invalid-request', `The request is not valid: /to ${message}.`, {
      errors: [{ path: '/to', message }],
    })
  }

  function become(next: SentLink): void {
    sent = next
    shown = shownOf(next)
    changed()
  }

  /** Opening a sealed address for each state that is shown would be the dearest part of it. */
  function shownOf(link: SentLink | null): LinkView['sent'] {
    if (!link) return null
    const { channel, sealedAddress, state } = link
    return { channel, to: maskedAddress(channel, links.openAddress(guid, sealedAddress)), state }
  }

  async function deliver(channel: LinkChannel, to: string): Promise<void> {
    const sender = links.senders[channel]
    if (!sender) throw new Error('There is no sender for the channel.')
    await sender.send({
      ...{ capture: guid, to, url: links.urlOf(guid, generation), expiresAt, order },
      language: flow.language,
      merchantName: flow.merchantName,
    })
  }

  async function deliverSent(now: SentLink): Promise<void> {
    const conclude = async (state: 'sent' | 'failed') => {
      if (sent !== now) return
      become({ ...now, state })
      await kept()
    }
    try {
      await deliver(now.channel, links.openAddress(guid, now.sealedAddress))
    } catch (error) {
      log.warn({ err: error, capture: guid, channel: now.channel }, 'a payment link could not be sent')
      await conclude('failed')
      throw new Problem('link-not-sent', 'The link could not be sent.')
    }
    log.info({ capture: guid, channel: now.channel }, 'a payment link was sent')
    await conclude('sent')
  }

  return {
    usualChannel,
    progress: (): LinkProgress => ({ generation, opened, sends, sent }),
    url: (): string => links.urlOf(guid, generation),
    typedCounts: (): TypedCounts => typed,

    view: (): LinkView => ({
      opened,
      typing,
      sent: shown,
    }),

    /** `former`: a link that was good until another was sent to another address. */
    admits(secret: string): 'current' | 'former' | 'no' {
      if (links.isSecretOf(guid, generation, secret)) return 'current'
      for (let former = 0; former < generation; former += 1) {
        if (links.isSecretOf(guid, former, secret)) return 'former'
      }
      return 'no'
    },

    /** Somebody opened the payment page; false when somebody had before. */
    open(): boolean {
      const isFirst = !opened
      opened = true
      return isFirst
    },

    /** The customer is typing: so many digits are in that field. */
    type(field: FieldName, digits: number): void {
      typing = field
      typed = { ...typed, [field]: digits }
    },

    /** The customer types no more: the form was sent, or the keypad has taken over. */
    stopTyping(): void {
      typing = null
      typed = nothingTyped
    },

    /**
     * Sends the link. To another address than before it is a new link, and the former one ends.
     *
     * @throws {Problem} `invalid-request` without a usable address, `not-possible-now` when this server cannot send
     *   by the channel or is sending at this moment, `quota-exceeded`, `link-not-sent`.
     */
    async send(wanted: LinkOrder): Promise<void> {
      const { channel } = wanted
      if (!links.senders[channel]) {
        const by = channel === 'sms' ? 'text message' : 'e-mail'
        throw new Problem('not-possible-now', `This server sends no links by ${by}.`)
      }
      const to = addressFor(wanted)
      if (sent?.state === 'sending') throw new Problem('not-possible-now', 'The link is being sent.')
      if (sends >= mostSends) {
        throw new Problem('quota-exceeded', 'The link of this session was sent too many times.', {
          headers: { 'retry-after': '3600' },
        })
      }
      const isElsewhere = sent !== null && (sent.channel !== channel || usualAddress(channel) !== to)
      if (isElsewhere) {
        generation += 1
        opened = false
      }
      sends += 1
      const now = { channel, sealedAddress: links.sealAddress(guid, to), state: 'sending' as const }
      become(now)
      await kept()
      await deliverSent(now)
    },

    /**
     * Sends what was about to be sent when the session was launched, or when the process before this one ended. That
     * it failed is in the view.
     */
    async sendPending(): Promise<void> {
      if (sent?.state === 'sending') await deliverSent(sent).catch(() => {})
    },
  }
}
