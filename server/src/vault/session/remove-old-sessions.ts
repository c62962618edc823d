import type { StoreParts } from '../../store/parts.ts'
import { startRemoval } from '../../store/removal.ts'
import type { VaultRows } from '../model/vault-rows.ts'

const hour = 3_600_000
const kept = 90 * 24 * hour

/** Removes sessions that ended 90 days ago, with their charge attempts, and what gateways told that long ago; once an hour. */
export const removeOldSessions = ({
  rows,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'> & { readonly rows: VaultRows }) =>
  startRemoval({
    ...parts,
    intervalMilliseconds: hour,
    batches: {
      notifications: (tx, { now, batchRows }) =>
        rows.removeNotifications.run(tx, { until: now - kept, batchRows }),
      sessions: (tx, { now, batchRows }) => rows.removeEnded.run(tx, { before: now - kept, batchRows }),
    },
    failed: 'old capture sessions could not be removed',
  })
