import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import { traceHeader } from '../../../base/tracing/in-span.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Connection } from '../../../store/store.ts'
import type { KeptCards } from '../../charge/kept-cards.ts'
import type { UnderWay } from '../../charge/under-way.ts'
import { untilDurable } from '../../charge/until-durable.ts'
import { unsentLink } from '../../links/payment-link.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import type { Gateways } from '../../model/gateway.ts'
import { type Flow, type Launch, takesMoney } from '../../model/launch.ts'
import { sealLaunch } from '../../model/sealed-launch.ts'
import { kindOfSession, type SessionMeter } from '../../model/session-meter.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import type { VaultSessions } from '../../model/vault-sessions.ts'
import { noProgress } from '../card-entry-host.ts'
import type { OpenSessions } from '../open-sessions.ts'
import { refreshTokenHash } from '../view-refresh-tokens.ts'
import type { ViewTokens } from '../view-tokens.ts'
import { createKeptCardAtLaunch } from './kept-card-at-launch.ts'
import { createLinkAtLaunch } from './link-at-launch.ts'

const progressAtFirst = { keypad: noProgress('keypad'), link: noProgress('link') }
const writtenAtFirst = {
  keypad: JSON.stringify(progressAtFirst.keypad),
  link: JSON.stringify(progressAtFirst.link),
}

interface LaunchParts
  extends Pick<StoreParts, 'store' | 'region' | 'clock' | 'random' | 'newGuid' | 'sealer' | 'log'> {
  readonly rows: VaultRows
  readonly sessions: OpenSessions
  readonly gateways: Gateways
  readonly viewTokens: ViewTokens
  readonly links: PaymentLinks
  readonly closing: AbortSignal
  readonly track: UnderWay['track']
  readonly due: (at: number) => void
  readonly sessionMeter?: SessionMeter
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
  keptCards,
  ...parts
}: LaunchParts & { readonly keptCards: KeptCards }): VaultSessions['launch'] {
  const { store, rows, sessions, gateways, viewTokens, links, clock, random, newGuid, sealer } = parts
  const { region, log, closing, due } = parts
  const linkToSend = createLinkAtLaunch(parts)
  const withKeptCard = createKeptCardAtLaunch(keptCards)

  return async (asked, anotherHash, name) => {
    if (closing.aborted)
      throw new Problem('provider-unavailable', 'The payment server is shutting down. Try again shortly.')
    const { tenant, flow, entry } = asked
    refuseNothing(asked)
    const gateway = await gateways.find(tenant, flow.gateway)
    if (!gateway) throw noGateway(flow)
    const launch = { ...(await withKeptCard(asked, gateway)), ...traceHeader() }
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
      owner: store.nodeId,
    }
    const { durable, alongside } = writeWith({ store, rows }, row)
    const endsAt = sessions.add({
      guid,
      epoch: 0,
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
      () => written(parts, { guid, launch, sendsLink: toSend !== undefined && !name }),
      () => leave(parts, guid),
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
      alongside,
    }
  }
}

function written(
  { sessions, sessionMeter }: Pick<LaunchParts, 'sessions' | 'sessionMeter'>,
  { guid, launch, sendsLink }: { readonly guid: Guid; readonly launch: Launch; readonly sendsLink: boolean },
): void {
  sessionMeter?.launched(kindOfSession(launch))
  if (sendsLink) void sessions.find(guid)?.sendPendingLink()
}

/**
 * A session that is not known to be written. Where it is all the same, nobody has it from now on: whoever takes it over looks
 * whether it is wanted.
 */
function leave({ store, rows, sessions, track, ...parts }: LaunchParts, guid: Guid): void {
  sessions.remove(guid)
  if (!store.isShared) return
  const write = () => store.write((tx) => rows.giveUpOne.run(tx, { guid, owner: store.nodeId }))
  track(untilDurable(write, parts)).catch(() => {})
}

/**
 * What is written for a session after its row is written only while no other node has taken it over, which may have found that
 * nobody wants it. The row is locked: whoever takes it over later finds what was written.
 *
 * @throws {Problem} `provider-unavailable`
 */
async function afterwards(
  rows: VaultRows,
  tx: Connection,
  guid: Guid,
  write: (tx: Connection) => Promise<void>,
): Promise<void> {
  if ((await rows.lockLaunched.run(tx, { guid })) === 1) return write(tx)
  throw new Problem('provider-unavailable', 'Another server has this session now. Try again shortly.')
}

/** Writes a session's row, and in its transaction what is asked for before that has begun. */
function writeWith(
  { store, rows }: Pick<LaunchParts, 'store' | 'rows'>,
  row: Parameters<VaultRows['insertSession']['run']>[1],
) {
  const others: ((tx: Connection) => Promise<void>)[] = []
  let hasBegun = false
  const durable = store.write(async (tx) => {
    hasBegun = true
    await Promise.all([rows.insertSession.run(tx, row), ...others.map((each) => each(tx))])
  })
  return {
    durable,
    alongside(other: (tx: Connection) => Promise<void>): Promise<void> {
      if (hasBegun) return durable.then(() => store.write((tx) => afterwards(rows, tx, row.guid, other)))
      others.push(other)
      return durable
    },
  }
}

/** Whoever launches has looked at the amount; but money is never meant without one, whatever they have let through. */
function refuseNothing({ flow: { purpose }, order: { amountMinor } }: Launch): void {
  if (!takesMoney(purpose) || (Number.isSafeInteger(amountMinor) && amountMinor > 0)) return
  throw new Problem('invalid-request', 'A payment must have a positive amount.')
}

const noGateway = ({ gateway }: Flow): Problem =>
  new Problem(
    'provider-refused',
    `The account configuration names a gateway that does not exist: ${gateway}.`,
  )
