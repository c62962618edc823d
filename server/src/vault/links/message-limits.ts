import type { LinkChannel } from '@tonegate/protocol/view-state'

/** How many messages may be sent, and where text messages may go. */
export interface MessageLimits {
  /** To one address, by one account. */
  readonly perAddress: { readonly hour: number; readonly day: number }
  /** By one account in a day. */
  readonly perAccountDay: Readonly<Record<LinkChannel, number>>
  readonly smsTo: SmsDestinations
}

/** Beginnings of telephone numbers, such as `+44`. */
export interface SmsDestinations {
  /** Empty: every country. */
  readonly allowed: readonly string[]
  /** Premium ranges, for example. */
  readonly refused: readonly string[]
}
