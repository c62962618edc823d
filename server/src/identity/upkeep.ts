import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Connection, Store } from '../store/store.ts'

const everyMilliseconds = 60_000

/** Few enough that the requests beside it are not held up. */
const batchRows = 200

/**
 * Removes what has expired, once a minute: codes, refresh tokens, sign-ins, used assertions, and revocations of
 * tokens that have expired themselves. Nothing waits for it: whatever has expired is good no more, removed or not.
 */
export function createUpkeep({
  store,
  clock,
  log,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}) {
  const removals = Object.entries(prepareRemovals(store))
  let closing = false
  let running: Promise<void> | undefined

  async function inBatches(remove: (transaction: Connection) => Promise<number>): Promise<number> {
    let removed = 0
    while (!closing) {
      const batch = await store.write(remove)
      removed += batch
      if (batch < batchRows) break
    }
    return removed
  }

  async function run(): Promise<void> {
    const now = clock.now()
    const removed: Record<string, number> = {}
    for (const [name, statement] of removals) {
      const count = await inBatches((transaction) => statement.run(transaction, { now, batchRows }))
      if (count > 0) removed[name] = count
    }
    if (Object.keys(removed).length > 0) log.debug(removed, 'expired rows were removed')
  }

  const stop = clock.every(everyMilliseconds, () => {
    running ??= run()
      .catch((error: unknown) => log.error({ err: error }, 'expired rows could not be removed'))
      .finally(() => {
        running = undefined
      })
  })
  return {
    /** Resolves when nothing of it is under way. */
    async close(): Promise<void> {
      closing = true
      stop()
      await running
    },
  }
}

interface Expired {
  readonly now: number
  readonly batchRows: number
}

function prepareRemovals(store: Store) {
  const ofExpired = (table: 'authorization_code' | 'refresh_token' | 'sign_in' | 'used_assertion') =>
    store.prepare((db, p: Expired) =>
      db
        .deleteFrom(table)
        .where('sha256', 'in', (expired) =>
          expired
            .selectFrom(table)
            .select('sha256')
            .where('expires_at', '<=', p.now)
            .orderBy('expires_at')
            .limit(p.batchRows),
        ),
    )
  return {
    codes: ofExpired('authorization_code'),
    refreshTokens: ofExpired('refresh_token'),
    signIns: ofExpired('sign_in'),
    usedAssertions: ofExpired('used_assertion'),
    revocations: store.prepare((db, p: Expired) =>
      db
        .deleteFrom('revocation')
        .where('id', 'in', (expired) =>
          expired
            .selectFrom('revocation')
            .select('id')
            .where('expires_at', '<=', p.now)
            .orderBy('expires_at')
            .limit(p.batchRows),
        ),
    ),
  }
}
