import type { StoreParts } from '../store/parts.ts'
import { prepareDeleteDue, type RemoveBatch, startRemoval } from '../store/removal.ts'
import type { Store } from '../store/store.ts'

const sweepMilliseconds = 60_000

/**
 * Removes what has expired, once a minute: codes, refresh tokens, sign-ins, used assertions, and revocations of
 * tokens that have expired themselves. Nothing waits for it: whatever has expired is good no more, removed or not.
 */
export function createUpkeep({
  store,
  log,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'>) {
  return startRemoval({
    ...parts,
    store,
    log,
    intervalMilliseconds: sweepMilliseconds,
    batches: prepareRemovals(store),
    failed: 'expired rows could not be removed',
    swept(removed) {
      const some = Object.entries(removed).filter(([, count]) => count > 0)
      if (some.length > 0) log.debug(Object.fromEntries(some), 'expired rows were removed')
    },
  })
}

function prepareRemovals(store: Store) {
  const expired = (from: 'authorization_code' | 'refresh_token' | 'sign_in' | 'used_assertion') =>
    untilNow(prepareDeleteDue(store, { from, key: ['sha256'], due: 'expires_at' }))
  return {
    codes: expired('authorization_code'),
    refreshTokens: expired('refresh_token'),
    signIns: expired('sign_in'),
    usedAssertions: expired('used_assertion'),
    revocations: untilNow(prepareDeleteDue(store, { from: 'revocation', key: ['id'], due: 'expires_at' })),
  }
}

const untilNow =
  (remove: ReturnType<typeof prepareDeleteDue>): RemoveBatch =>
  (transaction, { now, batchRows }) =>
    remove.run(transaction, { until: now, batchRows })
