import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Guid } from '../base/guid.ts'
import type { Region } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'
import type { LinkSenders } from './link-sender.ts'

export type PaymentLinks = ReturnType<typeof createPaymentLinks>

/**
 * The links of payment pages. A link's secret follows from the sealing key, the session and its generation, so that
 * a link can be sent again although it is stored nowhere; the next generation makes the former links worthless.
 */
export function createPaymentLinks({
  sealer,
  region,
  senders,
}: {
  readonly sealer: Sealer
  readonly region: Region
  readonly senders: LinkSenders
}) {
  const key = sealer.derive('payment link')
  const addressOf = (guid: Guid) => `link address ${guid}`

  /** 128 bits. */
  const secretOf = (guid: Guid, generation: number): string =>
    createHmac('sha256', key).update(`${guid}/${generation}`).digest().toString('base64url', 0, 16)

  return {
    senders,
    urlOf: (guid: Guid, generation: number): string =>
      `${region.paymentOrigin}/pay/${guid}/${secretOf(guid, generation)}`,

    /** Whether a secret is that of a session's link; compared in constant time. */
    isSecretOf(guid: Guid, generation: number, secret: string): boolean {
      const given = Buffer.from(secret)
      const right = Buffer.from(secretOf(guid, generation))
      return given.length === right.length && timingSafeEqual(given, right)
    },

    /** Where a link was sent to, as it is written down. */
    sealAddress: (guid: Guid, address: string): string =>
      sealer.seal(addressOf(guid), Buffer.from(address)).toString('base64url'),
    /** @throws {NotSealedHere} when it was sealed under another key or for another session. */
    openAddress: (guid: Guid, sealed: string): string =>
      sealer.open(addressOf(guid), Buffer.from(sealed, 'base64url')).toString(),
  }
}
