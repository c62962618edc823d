import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import type { LaunchKeys } from './launch/launch-keys.ts'
import type { ProviderSessionRows } from './provider-session-rows.ts'

const hour = 3_600_000

/** A result can be asked for so long after the end. */
const resultMilliseconds = 24 * hour

/** A second result that comes so long after the end is still told. */
const orderMilliseconds = 7 * 24 * hour

/** Removes, once an hour, what is kept of ended sessions beside their ids, and the answers to old keys. */
export const removeOld = ({
  rows,
  keys,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & {
  readonly rows: ProviderSessionRows
  readonly keys: LaunchKeys
}) =>
  startRemoval({
    ...parts,
    intervalMilliseconds: hour,
    batches: {
      results: (tx, { now, batchRows }) =>
        rows.removeResults.run(tx, { before: now - resultMilliseconds, batchRows }),
      orders: (tx, { now, batchRows }) =>
        rows.removeOrders.run(tx, { before: now - orderMilliseconds, batchRows }),
      keys: keys.removeOld,
    },
    failed: 'old results of the provider API could not be removed',
  })
