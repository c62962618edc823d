import type { Stop } from '../../base/clock.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { LaunchKeys } from './launch/launch-keys.ts'
import type { ProviderSessionRows } from './provider-session.ts'

const hour = 3_600_000

/** A result can be asked for so long after the end. */
const resultMilliseconds = 24 * hour

/** A second result that comes so long after the end is still told. */
const orderMilliseconds = 7 * 24 * hour

/** Removes, once an hour, what is kept of ended sessions beside their ids, and the answers to old keys. */
export function removeOld({
  store,
  rows,
  keys,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: ProviderSessionRows
  readonly keys: LaunchKeys
}): Stop {
  async function remove(): Promise<void> {
    const now = clock.now()
    try {
      await store.write(async (tx) => {
        await rows.removeResults.run(tx, { before: now - resultMilliseconds })
        await rows.removeOrders.run(tx, { before: now - orderMilliseconds })
        await keys.removeOld(tx)
      })
    } catch (error) {
      log.warn({ err: error }, 'old results of the provider API could not be removed')
    }
  }
  return clock.every(hour, () => void remove())
}
