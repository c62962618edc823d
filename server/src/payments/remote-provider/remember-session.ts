import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { UniqueViolation } from '../../store/store.ts'
import type { LaunchRows } from '../launches/launch-rows.ts'
import { NotLaunched, type ProviderLaunch } from '../provider.ts'
import type { ProviderTarget } from './ask-provider.ts'
import { firstLook } from './next-look.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'

/**
 * Writes a launched session down, with what is needed to follow it up.
 *
 * @throws {NotLaunched} where the provider has answered with a session that is somebody's already.
 */
export function createRemember({
  store,
  clock,
  log,
  rows,
  launches,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly launches: LaunchRows
}) {
  return async (
    { provider }: ProviderTarget,
    { accountId, configuration, kind, order, sessionGuid }: ProviderLaunch,
    guid: Guid,
  ): Promise<void> => {
    const { agentAssistLifetimeSeconds, digitalLifetimeSeconds } = configuration
    const seconds = kind === 'digital' ? digitalLifetimeSeconds : agentAssistLifetimeSeconds
    const now = clock.now()
    const row = {
      guid,
      sessionGuid,
      accountId,
      configurationId: configuration.id,
      now,
      provider: JSON.stringify(provider),
      amountMinor: order.amountMinor,
      currency: order.currency,
      expiresAt: now + seconds * 1000,
      nextLookAt: firstLook(provider, now, now + seconds * 1000),
    }
    try {
      const before = await rows.find.first(store.reader, { guid })
      if (before?.session_guid === sessionGuid) return
      if (await rows.paymentSession.first(store.reader, { guid })) throw new UniqueViolation(undefined)
      await store.write(async (tx) => {
        if ((await rows.insert.run(tx, row)) === 1) await launches.name.run(tx, { sessionGuid, guid })
        else if ((await rows.find.first(tx, { guid }))?.session_guid !== sessionGuid)
          throw new UniqueViolation(undefined)
      })
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
      const { id: configurationId } = configuration
      log.error(
        { accountId, configurationId },
        'a provider answered a launch with a session that already exists',
      )
      throw new NotLaunched(
        'provider-refused',
        'The payment provider returned a session that it had already opened.',
      )
    }
  }
}
