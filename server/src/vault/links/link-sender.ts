import type { Language } from '@tonegate/protocol/languages'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import type { Guid } from '../../base/guid.ts'
import type { Order } from '../model/launch.ts'

/** A link on its way to a customer. */
export interface LinkMessage {
  readonly capture: Guid
  /** A telephone number with `+` and nothing but digits (E.164), or an e-mail address. */
  readonly to: string
  readonly url: string
  readonly language: Language
  readonly merchantName: string
  readonly order: Order
  /** Milliseconds since the epoch until which the link is good. */
  readonly expiresAt: number
}

/** Gets links to customers by one channel. */
export interface LinkSender {
  /**
   * Resolves when the message was accepted for delivery.
   *
   * @throws {Error} when it was not. Nothing of the address or the link is in the error.
   */
  send(message: LinkMessage): Promise<void>
}

/** The channels that this server has a sender for. */
export type LinkSenders = Readonly<Partial<Record<LinkChannel, LinkSender>>>
