import { createHmac } from 'node:crypto'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import type { Guid } from '../../base/guid.ts'
import type { Sealer } from '../../base/seal.ts'
import { countedAddress } from './link-address.ts'
import type { MessageLimits } from './message-limits.ts'

/** A message that somebody wants to be sent. */
export interface Wanted {
  /** The account's number. */
  readonly tenant: number
  /** Whose link it is. */
  readonly guid: Guid
  readonly channel: LinkChannel
  /** As {@link readAddress} reads it. */
  readonly address: string
}

/** A bound, and the counters that it looks at: under the key that counts, and under former ones. */
export interface Bound {
  readonly name: 'address-hour' | 'address-day' | 'account-day'
  readonly counters: readonly [Buffer, ...Buffer[]]
  /** Milliseconds. */
  readonly within: number
  readonly max: number
  readonly detail: string
}

const hour = 3_600_000
const day = 24 * hour

/** Finds the bounds that a message has to keep to. Of an address nothing but an HMAC comes into a counter. */
export function createBoundsOf({
  sealer,
  limits: { perAddress, perAccountDay },
}: {
  readonly sealer: Sealer
  readonly limits: MessageLimits
}): (wanted: Wanted) => readonly Bound[] {
  const keys = sealer.derivations('message counter')

  function countersOf(what: string): Bound['counters'] {
    const [first, ...former] = keys
    const by = (key: Buffer) => createHmac('sha256', key).update(what).digest()
    return [by(first), ...former.map(by)]
  }

  return ({ tenant, channel, address }) => {
    const ofAddress = countersOf(`${tenant} ${channel} ${countedAddress(channel, address)}`)
    const messages = channel === 'sms' ? 'text messages' : 'e-mails'
    return [
      {
        name: 'address-hour',
        counters: ofAddress,
        within: hour,
        max: perAddress.hour,
        detail: `Too many messages: at most ${perAddress.hour} per hour may be sent to one address.`,
      },
      {
        name: 'address-day',
        counters: ofAddress,
        within: day,
        max: perAddress.day,
        detail: `Too many messages: at most ${perAddress.day} per day may be sent to one address.`,
      },
      {
        name: 'account-day',
        counters: countersOf(`${tenant} ${channel}`),
        within: day,
        max: perAccountDay[channel],
        detail: `Too many messages: at most ${perAccountDay[channel]} ${messages} per day may be sent for one account.`,
      },
    ]
  }
}
