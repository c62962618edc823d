import type { RecordEntry } from '../../../audit/record.ts'
import type { Random } from '../../../base/random.ts'
import type { StoreParts } from '../../../store/parts.ts'
import { type Connection, UniqueViolation } from '../../../store/store.ts'
import type { Launch, Launched } from '../../model/launch.ts'
import { sessionInAudit } from '../../model/session-in-audit.ts'
import type { VaultSessions } from '../../model/vault-sessions.ts'
import type { OrderItem } from '../flows/order-items.ts'
import type { ChosenCallback, ProviderSessionSeal } from '../provider-session.ts'
import type { ProviderSessionRows } from '../provider-session-rows.ts'

/** A session that a client of the provider contract asks for. */
export interface TenantLaunch {
  readonly clientId: string
  /** Who launches, as the client says. */
  readonly username: string
  /** Null for a launch that brings its flow along. */
  readonly flowId: number | null
  readonly launch: Launch
  /** Where its result goes; absent when the client asks for it. */
  readonly callback?: ChosenCallback
  /** Present where each of them is told by a callback of its own. */
  readonly items?: readonly OrderItem[]
  /** Of a refresh token that the client has already, and that opens the agent's page too. */
  readonly refreshTokenHash?: string
  /** Writes along, in the transaction that makes the session durable. */
  readonly alongside?: (transaction: Connection, launched: TenantLaunched) => Promise<void>
}

export interface TenantLaunched extends Omit<Launched, 'durable' | 'alongside'> {
  /** Names the session to people: digits that are easily read out. It opens nothing. */
  readonly linkId: string
}

/**
 * Opens a capture session that has no payment session: its result goes where the launch says. Durable when it
 * resolves.
 *
 * @throws {Problem} `provider-refused`, `provider-unavailable`, and what `alongside` throws.
 */
export type LaunchForTenant = (order: TenantLaunch) => Promise<TenantLaunched>

const maxTries = 5

export function createLaunchForTenant({
  record,
  sessions,
  rows,
  seal,
  clock,
  random,
  log,
}: Pick<StoreParts, 'clock' | 'random' | 'log'> & {
  readonly record: RecordEntry
  readonly sessions: Pick<VaultSessions, 'launch' | 'find'>
  readonly rows: ProviderSessionRows
  readonly seal: ProviderSessionSeal
}): LaunchForTenant {
  /** Its row is written in the session's own transaction, so that one is not without the other. */
  async function write(order: TenantLaunch, launched: Launched): Promise<TenantLaunched> {
    const { clientId, username, flowId, launch, callback, items, alongside } = order
    const { guid, durable, alongside: alongsideSession, ...handedOut } = launched
    const linkId = newLinkId(random)
    const named = { ...handedOut, guid, linkId }
    const row = {
      guid,
      tenant: launch.tenant,
      clientId,
      flowId,
      linkId,
      launchedBy: username,
      now: clock.now(),
      sealedOrder: seal.sealOrder(guid, {
        order: launch.order,
        initialValues: launch.initialValues,
        ...(callback && { callback }),
        ...(items && { items }),
      }),
    }
    const written = alongsideSession(async (tx) => {
      const details = { kind: 'provider', ...(flowId !== null && { configuration: flowId }) }
      await Promise.all([
        rows.insert.run(tx, row),
        record(tx, { action: 'session.open', ...sessionInAudit(guid, launch.tenant), details }),
      ])
      await alongside?.(tx, named)
    })
    await Promise.all([written, durable])
    return named
  }

  /** Nobody was told of this session, so nobody shall type a card into it. */
  async function abandon({ guid }: Launched): Promise<void> {
    try {
      await sessions.find(guid)?.cancel()
    } catch (error) {
      log.warn({ err: error, capture: guid }, 'a launched session that was not opened could not be ended')
    }
  }

  /** It is launched again with another LinkId where a session of the tenant has the first. */
  async function open(order: TenantLaunch, tries = 1): Promise<TenantLaunched> {
    const { clientId, username, flowId, launch, refreshTokenHash } = order
    const launched = await sessions.launch(launch, refreshTokenHash)
    try {
      const named = await write(order, launched)
      log.info({ capture: named.guid, client: clientId, username, flowId }, 'a session was launched')
      return named
    } catch (error) {
      await abandon(launched)
      if (error instanceof UniqueViolation && tries < maxTries) return open(order, tries + 1)
      throw error
    }
  }

  return (order) => open(order)
}

/** Nine digits, not beginning with zero. */
const newLinkId = (random: Random): string =>
  String(100_000_000 + Number(random(8).readBigUInt64BE() % 900_000_000n))
