import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { PendingLaunches } from '../launches/pending-launches.ts'
import type { Provider, ProviderLaunch, ProviderLaunched } from '../provider.ts'
import type { NewSession } from '../requests/new-session.ts'
import type { CreatedSession } from '../requests/schemas.ts'
import { beginKeptCard } from './begin-kept-card.ts'
import { createdOf, type WriteSession } from './write-session.ts'

/** Opens a session at a provider in this process. @param committedOrNot it is known whether its row is there. */
export type OpenHere = (
  session: NewSession,
  launch: ProviderLaunch,
  committedOrNot: () => void,
) => Promise<CreatedSession>

/** It is tried again for two minutes, after pauses that grow. */
const firstPause = 1_000
const maxPause = 64_000

export function createOpenHere({
  store,
  clock,
  log,
  provider,
  pending,
  writeSession,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly provider: Provider
  readonly pending: PendingLaunches
  readonly writeSession: WriteSession
}): OpenHere {
  const remove = store.prepare((db, p: { providerSessionGuid: Guid }) =>
    db.deleteFrom('payment_session').where('provider_session_guid', '=', p.providerSessionGuid),
  )

  /** A kept card is charged when the session is there for certain: nobody else begins it. */
  async function writtenAndBegun(...opened: Parameters<typeof written>): Promise<CreatedSession> {
    const created = await written(...opened)
    const [, launch, launched] = opened
    await beginKeptCard(provider, launch, launched)
    return created
  }

  /** In the provider's own transaction, so that one is not without the other. */
  async function written(
    session: NewSession,
    launch: ProviderLaunch,
    launched: ProviderLaunched,
  ): Promise<CreatedSession> {
    const { alongside = store.write } = launched
    const writing = alongside((tx) => writeSession(tx, session, launch, launched))
    await Promise.all([writing, launched.durable])
    return createdOf(launch, launched)
  }

  /** Nobody was told of this session, so nobody shall type a card into it, and nothing of it stays. */
  async function abandon(
    { providerSessionGuid }: Pick<ProviderLaunched, 'providerSessionGuid'>,
    wait = firstPause,
  ): Promise<void> {
    pending.abandon(providerSessionGuid)
    try {
      await provider.cancel(providerSessionGuid)
      await store.write((tx) => remove.run(tx, { providerSessionGuid }))
    } catch (error) {
      log.warn(
        { err: error, providerSessionGuid },
        'a launched session that was not opened could not be ended yet',
      )
      const next = wait * 2
      if (next <= maxPause) clock.after(wait, () => void abandon({ providerSessionGuid }, next))
    }
  }

  return async (session, launch, committedOrNot) => {
    const launched = await provider.launch(launch)
    return writtenAndBegun(session, launch, launched).catch(async (error: unknown) => {
      committedOrNot()
      await abandon(launched)
      throw error
    })
  }
}
