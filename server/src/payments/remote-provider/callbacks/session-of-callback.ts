import { type Guid, parseGuid } from '../../../base/guid.ts'
import type { Store } from '../../../store/store.ts'
import type { RemoteSessionTable } from '../../../store/tables.ts'
import type { ProviderSettings } from '../../configurations/provider-settings.ts'
import type { AdoptLaunch } from '../../launches/adopt-launch.ts'
import { type LaunchRows, providerOf } from '../../launches/launch-rows.ts'
import type { LaunchesInHand } from '../../launches/launches-in-hand.ts'
import type { RemoteSessionRows } from '../remote-session-rows.ts'
import type { Callback } from './callback.ts'
import type { IsFromProvider } from './callback-signature.ts'
import { type CallbackValues, meaningOf } from './read-callback.ts'

/** How the session is found that a callback is about. */
export function createSessionOfCallback({
  store,
  rows,
  inHand,
  launches,
  adopt,
  isFrom,
}: {
  readonly store: Store
  readonly rows: RemoteSessionRows
  readonly inHand: LaunchesInHand
  readonly launches: LaunchRows
  readonly adopt: AdoptLaunch
  readonly isFrom: IsFromProvider
}) {
  /** @returns `not yet`: a launch that a node asks for at this moment may become it. */
  async function sessionOf(values: CallbackValues, { callback }: ProviderSettings, of: Callback) {
    const guid = parseGuid(values(callback.session)?.trim() ?? '')
    if (!guid) return
    const isFound = async () => (await rowOf(guid)) !== undefined
    const isSettled = (await isFound()) || (await inHand.ofConfiguration(of, isFound))
    const found = await rowOf(guid)
    if (!found) return isSettled ? undefined : 'not yet'
    return found.account_id === of.accountId && found.configuration_id === of.configurationId
      ? found
      : undefined
  }

  /**
   * A launch whose answer was lost, at a provider that cannot be asked: what its callback says of it makes it a session,
   * unless it says that nothing was charged.
   */
  async function sessionOfLaunch(
    values: CallbackValues,
    { callback }: ProviderSettings,
    of: Callback,
    generation: number,
  ): Promise<RemoteSessionTable | 'nothing' | undefined> {
    const sessionGuid = parseGuid(values(callback.session)?.trim() ?? '')
    const launch = sessionGuid && (await launches.find.first(store.reader, { sessionGuid }))
    const settings = launch && providerOf(launch)
    if (launch?.state !== 'asked' || launch.follow !== 'wait' || !settings) return
    if (launch.account_id !== of.accountId || launch.configuration_id !== of.configurationId) return
    if (settings.callback.generation !== generation || !(await isFrom(of, settings))) return
    const said = meaningOf(values, settings.callback)
    if (said === 'cancelled' || said === 'failed' || said === 'in-progress') return 'nothing'
    const guid = parseGuid(values('ppCallID')?.trim() ?? '') ?? launch.session_guid
    await adopt(launch, guid)
    return rowOf(guid)
  }

  const rowOf = async (guid: Guid) =>
    (await rows.findBySession.first(store.reader, { sessionGuid: guid })) ??
    (await rows.find.first(store.reader, { guid }))

  return { sessionOf, sessionOfLaunch }
}
