import { createHmac } from 'node:crypto'
import type { Guid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import type { Sealer } from '../../base/seal.ts'
import { isSameDigest } from '../../base/signing/same-secret.ts'
import type { SealedColumn } from '../../store/reseal.ts'
import type { LinkSenders } from './link-sender.ts'
import type { MessageBounds } from './message-bounds.ts'

export type PaymentLinks = ReturnType<typeof createPaymentLinks>

/**
 * The links of payment pages. A link's secret follows from the sealing key, the session and its generation, so that
 * a link can be sent again although it is stored nowhere; the next generation makes the former links worthless.
 */
export function createPaymentLinks({
  sealer,
  region,
  senders,
  bounds,
}: Pick<Parts, 'sealer' | 'region'> & {
  readonly senders: LinkSenders
  /** What a message has to pass before it is sent. */
  readonly bounds: Pick<MessageBounds, 'reaches' | 'take'>
}) {
  const keys = sealer.derivations('payment link')

  /** 128 bits. */
  const secretOf = (guid: Guid, generation: number, by = keys[0]): string =>
    createHmac('sha256', by).update(`${guid}/${generation}`).digest().toString('base64url', 0, 16)

  return {
    senders,
    bounds,
    urlOf: (guid: Guid, generation: number): string =>
      `${region.paymentOrigin}/pay/${guid}/${secretOf(guid, generation)}`,

    /** Whether a secret is that of a session's link, made under any key; compared in constant time. */
    isSecretOf(guid: Guid, generation: number, secret: string): boolean {
      return keys.some((by) => isSameDigest(secret, secretOf(guid, generation, by)))
    },

    /** Where a link was sent to, as it is written down. */
    sealAddress: (guid: Guid, address: string): string =>
      sealer.seal(addressOf(guid), Buffer.from(address)).toString('base64url'),
    /** The same, under the key that seals. */
    resealAddress: (guid: Guid, sealed: string): string => resealAddress(sealer, guid, sealed) ?? sealed,
    /** @throws {NotSealedHere} when it was sealed under another key or for another session. */
    openAddress: (guid: Guid, sealed: string): string =>
      sealer.open(addressOf(guid), Buffer.from(sealed, 'base64url')).toString(),
  }
}

const addressOf = (guid: string) => `link address ${guid}`

/** `undefined` when it is sealed under the key that seals. */
function resealAddress(sealer: Pick<Sealer, 'reseal'>, guid: string, sealed: string): string | undefined {
  return sealer.reseal(addressOf(guid), Buffer.from(sealed, 'base64url'))?.toString('base64url')
}

/** Where links of open sessions were sent to: a sealed member of what is kept of their progress. */
export const sealedLinkAddresses: SealedColumn = {
  what: 'link addresses',
  table: 'capture_session',
  key: ['guid'],
  column: 'progress',
  reseal({ guid, progress }, sealer) {
    const kept = JSON.parse(String(progress))
    const sent = kept.link?.sent
    if (!sent) return undefined
    const sealedAddress = resealAddress(sealer, String(guid), sent.sealedAddress)
    return (
      sealedAddress && JSON.stringify({ ...kept, link: { ...kept.link, sent: { ...sent, sealedAddress } } })
    )
  },
}
