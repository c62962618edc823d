import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { KeptCards } from '../../charge/kept-cards.ts'
import { addressIn } from '../../links/link-address.ts'
import { type LinkProgress, unsentLink } from '../../links/payment-link.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import type { Gateway, Gateways } from '../../model/gateway.ts'
import { type Launch, takesMoney } from '../../model/launch.ts'
import { sealLaunch } from '../../model/sealed-launch.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { VaultSessions } from '../../model/vault-sessions.ts'
import { noProgress } from '../card-entry-host.ts'
import type { OpenSessions } from '../open-sessions.ts'
import { refreshTokenHash } from '../view-refresh-tokens.ts'
import type { ViewTokens } from '../view-tokens.ts'

const progressAtFirst = { keypad: noProgress('keypad'), link: noProgress('link') }
const writtenAtFirst = {
  keypad: JSON.stringify(progressAtFirst.keypad),
  link: JSON.stringify(progressAtFirst.link),
}

/**
 * Opens a capture session: one row. What it hands out is in the row as SHA-256 only.
 *
 * @throws {Problem} `provider-refused` when the flow names a gateway that the vault was not given,
 *   `invalid-request` when it takes money and the order is of none, `provider-unavailable` when the vault is closing,
 *   `quota-exceeded` when its flow sends a link that may not be sent; `invalid-request` when it charges a kept card that
 *   is not one of the tenant's at this gateway.
 */
export function createLaunch({
  store,
  rows,
  sessions,
  gateways,
  keptCards,
  viewTokens,
  links,
  region,
  clock,
  random,
  newGuid,
  sealer,
  log,
  closing,
  due,
}: Pick<StoreParts, 'store' | 'region' | 'clock' | 'random' | 'newGuid' | 'sealer' | 'log'> & {
  readonly rows: VaultRows
  readonly sessions: OpenSessions
  readonly gateways: Gateways
  readonly keptCards: KeptCards
  readonly viewTokens: ViewTokens
  readonly links: PaymentLinks
  readonly closing: AbortSignal
  readonly due: (at: number) => void
}): VaultSessions['launch'] {
  /**
   * The link of a flow that sends it at once: counted here, so that nothing is launched where it may not be sent; written
   * down with the session, and sent when that is durable; for a launcher in another process when that has said that it
   * has the session.
   */
  async function linkToSend(
    guid: Guid,
    { flow, entry, initialValues, tenant }: Launch,
  ): Promise<LinkProgress | undefined> {
    const channel = flow.sendLink
    if (entry !== 'link' || channel === 'never') return undefined
    const address = addressIn(initialValues, channel)
    if (address && links.senders[channel] && links.bounds.reaches({ channel, address })) {
      await links.bounds.take({ tenant, channel, address })
      const sealedAddress = links.sealAddress(guid, address)
      return { ...unsentLink, sends: 1, sent: { channel, sealedAddress, state: 'sending' } }
    }
    const lacking = !address ? 'address' : links.senders[channel] ? 'destination' : 'sender'
    log.warn({ capture: guid, tenant, channel, lacking }, 'a payment link cannot be sent at the launch')
    return undefined
  }

  /** With what is known of the card, where the launch charges one that the gateway keeps. */
  async function withKeptCard(launch: Launch, gateway: Gateway): Promise<Launch> {
    const { keptCard, tenant, flow } = launch
    if (!keptCard) return launch
    if (!gateway.authoriseKept)
      throw wrongToken(
        'cannot be charged: the gateway of this account configuration does not support kept cards',
      )
    const known = await keptCards.find({ tenant, gateway: flow.gateway, token: keptCard.token })
    if (!known)
      throw wrongToken(
        'does not belong to a card that the gateway of this account configuration keeps for this account',
      )
    return { ...launch, keptCard: { ...keptCard, ...(known.card && { card: known.card }) } }
  }

  return async (asked, anotherHash, name) => {
    if (closing.aborted)
      throw new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')
    const { tenant, flow, entry } = asked
    refuseNothing(asked)
    const gateway = await gateways.find(tenant, flow.gateway)
    if (!gateway) {
      throw new Problem(
        'provider-refused',
        `The account configuration names a gateway that does not exist: ${flow.gateway}.`,
      )
    }
    const launch = await withKeptCard(asked, gateway)
    const guid = name?.guid ?? newGuid()
    const refreshToken = random(16).toString('hex')
    const refreshTokens = [refreshTokenHash(refreshToken), ...(anotherHash ? [anotherHash] : [])].join(' ')
    const toSend = await linkToSend(guid, launch)
    const progress = toSend ? { ...progressAtFirst[entry], link: toSend } : progressAtFirst[entry]
    const createdAt = clock.now()
    const expiresAt = createdAt + flow.lifetimeSeconds * 1000
    const row = {
      guid,
      tenant_id: tenant,
      sealed_launch: sealLaunch(sealer, guid, launch),
      progress: toSend ? JSON.stringify(progress) : writtenAtFirst[entry],
      refresh_tokens: refreshTokens,
      created_at: createdAt,
      expires_at: expiresAt,
      launch_digest: name?.digest ?? null,
      awaits_opening: name || launch.keptCard ? (1 as const) : (0 as const),
      session_guid: launch.sessionGuid ?? null,
    }
    const durable = store.write(async (tx) => void (await rows.insertSession.run(tx, row)))
    const endsAt = sessions.add({
      guid,
      launch,
      expiresAt,
      activeAt: createdAt,
      progress,
      sealedFields: null,
      refreshTokens,
      viewAccess: 'open',
    })
    due(endsAt)
    durable.then(
      () => (toSend && !name ? sessions.find(guid)?.sendPendingLink() : undefined),
      () => sessions.remove(guid),
    )
    const { sessionGuid } = launch
    log.info(
      { capture: guid, ...(sessionGuid && { sessionGuid }), tenant, entry },
      'a capture session was launched',
    )
    return {
      guid,
      viewUrl: `${region.paymentOrigin}/session/${tenant}/view/${guid}/framed`,
      accessToken: viewTokens.issue(guid),
      refreshToken,
      paymentFormUrl: launch.keptCard ? '' : links.urlOf(guid, unsentLink.generation),
      durable,
    }
  }
}

/** Whoever launches has looked at the amount; but money is never meant without one, whatever they have let through. */
function refuseNothing({ flow: { purpose }, order: { amountMinor } }: Launch): void {
  if (!takesMoney(purpose) || (Number.isSafeInteger(amountMinor) && amountMinor > 0)) return
  throw new Problem('invalid-request', 'A payment must have a positive amount.')
}

function wrongToken(message: string): Problem {
  const path = '/paymentData/cardToken'
  return new Problem('invalid-request', `The request is not valid: ${path} ${message}.`, {
    errors: [{ path, message }],
  })
}
