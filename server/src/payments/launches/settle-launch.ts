import type { StoreParts } from '../../store/parts.ts'
import type { DistantProvider, Provider } from '../provider.ts'
import type { AdoptLaunch } from './adopt-launch.ts'
import { distantLaunch, type LaunchRow, type LaunchRows, providerOf } from './launch-rows.ts'

/** Asks, or tells, a provider what there is to be asked or told of a launch. */
export type SettleLaunch = (row: LaunchRow) => Promise<void>

export function createSettleLaunch({
  store,
  rows,
  provider,
  adopt,
  log,
}: Pick<StoreParts, 'store' | 'log'> & {
  readonly rows: LaunchRows
  readonly provider: Provider
  readonly adopt: AdoptLaunch
}): SettleLaunch {
  function tellOperator({ session_guid, account_id, configuration_id }: LaunchRow): void {
    log.error(
      { sessionGuid: session_guid, accountId: account_id, configurationId: configuration_id },
      'a launch was not answered, and its provider cannot be asked: check at the provider whether a card was charged',
    )
  }

  async function callOff(row: LaunchRow, distant: DistantProvider): Promise<void> {
    const { session_guid: sessionGuid } = row
    const there = await distant.callOff(distantLaunch(row))
    if (there) await adopt(row, there)
    else {
      await store.write((tx) => rows.become.run(tx, { sessionGuid, state: 'called-off' }))
      log.info({ sessionGuid }, 'a launch whose answer was lost was called off')
    }
  }

  return async (row) => {
    const distant = provider.distant?.(providerOf(row))
    const { session_guid: sessionGuid } = row
    if (row.state === 'asked' && row.follow === 'wait') return tellOperator(row)
    if (!distant) return
    if (row.state === 'opened') {
      await distant.opened(distantLaunch(row))
      await store.write((tx) => rows.remove.run(tx, { sessionGuid, state: 'opened' }))
    } else if (row.state === 'asked') await callOff(row, distant)
  }
}
