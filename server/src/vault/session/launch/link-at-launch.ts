import type { Guid } from '../../../base/guid.ts'
import type { Log } from '../../../base/log.ts'
import { addressIn } from '../../links/link-address.ts'
import { type LinkProgress, unsentLink } from '../../links/payment-link.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import type { Launch } from '../../model/launch.ts'

/**
 * The link of a flow that sends it at once; `undefined` where none is to be sent, or none can be. It is counted here, so
 * that nothing is launched where it may not be sent; written down with the session, and sent when that is durable; for a
 * launcher in another process when that has said that it has the session.
 *
 * @throws {Problem} `quota-exceeded` where it may not be sent.
 */
export function createLinkAtLaunch({
  links,
  log,
}: {
  readonly links: PaymentLinks
  readonly log: Log
}): (guid: Guid, launch: Launch) => Promise<LinkProgress | undefined> {
  return async (guid, { flow, entry, initialValues, tenant }) => {
    const channel = flow.sendLink
    if (entry !== 'link' || channel === 'never') return undefined
    const address = addressIn(initialValues, channel)
    if (address && links.senders[channel] && links.bounds.reaches({ channel, address })) {
      await links.bounds.take({ tenant, guid, channel, address })
      const sealedAddress = links.sealAddress(guid, address)
      return { ...unsentLink, sends: 1, sent: { channel, sealedAddress, state: 'sending' } }
    }
    const lacking = !address ? 'address' : links.senders[channel] ? 'destination' : 'sender'
    log.warn({ capture: guid, tenant, channel, lacking }, 'a payment link cannot be sent at the launch')
    return undefined
  }
}
