import type { Language } from '@tonegate/protocol/languages'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { askOthers, type CallPeers, peersPath } from '../calls/peers/call-peers.ts'
import type { Http } from '../http/http.ts'
import { linkMail, smsText } from '../vault/links/link-message.ts'
import type { LinkMessage, LinkSender, LinkSenders } from '../vault/links/link-sender.ts'

const maxMessages = 100

/** A message that would have gone to a customer. */
export interface OutboxMessage {
  readonly channel: LinkChannel
  readonly to: string
  /** Of its text. */
  readonly language: Language
  /** E-mails alone have one. */
  readonly subject?: string
  readonly text: string
  /** The link that is in the text. */
  readonly url: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  /** The session at the provider: `providerSessionGuid`. */
  readonly capture: Guid
}

/** Where the sandbox sends links to: to nobody. */
export interface MessageOutbox {
  readonly senders: Required<LinkSenders>
  /** The latest hundred of this node. The newest is first. */
  messages(): readonly OutboxMessage[]
  /** The same of all nodes. */
  all(peers: CallPeers): Promise<readonly OutboxMessage[]>
  /** What other nodes ask of this one. */
  serve(app: Http): void
}

/** @param timeZone in which e-mails tell until when a link is good. */
export function createMessageOutbox({
  clock,
  timeZone,
}: {
  readonly clock: Clock
  readonly timeZone: string
}): MessageOutbox {
  let kept: readonly OutboxMessage[] = []
  const sender = (channel: LinkChannel, write: (message: LinkMessage) => WrittenMessage): LinkSender => ({
    async send(message) {
      const { to, language, url, capture } = message
      const entry = { channel, to, language, ...write(message), url, sentAt: clock.now(), capture }
      kept = [entry, ...kept].slice(0, maxMessages)
    },
  })
  return {
    senders: {
      sms: sender('sms', (message) => ({ text: smsText(message) })),
      email: sender('email', (message) => {
        const { subject, text } = linkMail(message, timeZone)
        return { subject, text }
      }),
    },
    messages: () => kept,
    async all(peers) {
      const answers = await askOthers<{ readonly messages: readonly OutboxMessage[] }>(
        { peers, clock },
        { path: '/sandbox/outbox', body: {} },
      )
      return [...kept, ...answers.flatMap(({ messages }) => messages)]
        .sort((one, other) => other.sentAt - one.sentAt)
        .slice(0, maxMessages)
    },
    serve: (app) => void app.post(`${peersPath}/sandbox/outbox`, async () => ({ messages: kept })),
  }
}

type WrittenMessage = Pick<OutboxMessage, 'subject' | 'text'>
