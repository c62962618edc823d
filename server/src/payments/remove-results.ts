import type { Clock, Stop } from '../base/clock.ts'
import { firstGuidOf } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import type { Connection, Store } from '../store/store.ts'
import { keptMilliseconds } from './retention.ts'

const sweepMilliseconds = 30_000

/** Few enough that a sweep does not hold up the requests beside it. */
const batchRows = 200

/**
 * Retention (contract/payment-api §4): removes results, and what webhooks were to say of them, when their time is up;
 * sessions and the log of their webhooks after 90 days; answers to an `Idempotency-Key` after 24 hours. From the
 * database's files too.
 */
export function createRetention({
  store,
  clock,
  log,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}) {
  const { removeBodies, removeResults, removeSessions, removeDeliveries, removeAnswers } =
    prepareStatements(store)
  let stop: Stop | undefined
  let closing = false
  let sweeping: Promise<void> | undefined
  /** What was removed may still be in the files: a scrub has failed, or the process before this one was killed. */
  let scrubDue = true

  async function inBatches(removeBatch: (tx: Connection) => Promise<number>): Promise<number> {
    let removed = 0
    while (!closing) {
      const batch = await store.write(removeBatch)
      removed += batch
      if (batch > 0) scrubDue = true
      if (batch < batchRows) break
    }
    return removed
  }

  async function sweep(): Promise<void> {
    const now = clock.now()
    const results = await inBatches(async (tx) => {
      await removeBodies.run(tx, { now, batchRows })
      return removeResults.run(tx, { now, batchRows })
    })
    const sessions = await inBatches((tx) =>
      removeSessions.run(tx, { endedBefore: now - keptMilliseconds, batchRows }),
    )
    const deliveries = await inBatches((tx) =>
      removeDeliveries.run(tx, { before: firstGuidOf(now - keptMilliseconds), batchRows }),
    )
    const answers = await inBatches((tx) => removeAnswers.run(tx, { now, batchRows }))
    if (!scrubDue) return
    await store.scrub()
    scrubDue = false
    log.debug({ results, sessions, deliveries, answers }, 'results and expired rows were removed')
  }

  async function sweepOnce(): Promise<void> {
    sweeping ??= sweep()
      .catch((error: unknown) => log.error({ err: error }, 'results and expired rows could not be removed'))
      .finally(() => {
        sweeping = undefined
      })
    await sweeping
  }

  return {
    /** Sweeps at once, and every half minute from then on. */
    start(): void {
      stop ??= clock.every(sweepMilliseconds, () => void sweepOnce())
      void sweepOnce()
    },
    async close(): Promise<void> {
      closing = true
      stop?.()
      await sweeping
    },
  }
}

function prepareStatements(store: Store) {
  return {
    removeBodies: store.prepare((db, p: { now: number; batchRows: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ sealed_body: null })
        .where('session_guid', 'in', (due) =>
          due
            .selectFrom('payment_session')
            .select('guid')
            .where('result_removal_at', '<=', p.now)
            .orderBy('result_removal_at')
            .limit(p.batchRows),
        ),
    ),
    removeResults: store.prepare((db, p: { now: number; batchRows: number }) =>
      db
        .updateTable('payment_session')
        .set({
          sealed_payment_data: null,
          sealed_result: null,
          result_removal_at: null,
          result_removed_at: p.now,
        })
        .where('guid', 'in', (due) =>
          due
            .selectFrom('payment_session')
            .select('guid')
            .where('result_removal_at', '<=', p.now)
            .orderBy('result_removal_at')
            .limit(p.batchRows),
        ),
    ),
    removeSessions: store.prepare((db, p: { endedBefore: number; batchRows: number }) =>
      db
        .deleteFrom('payment_session')
        .where('guid', 'in', (due) =>
          due
            .selectFrom('payment_session')
            .select('guid')
            .where('ended_at', '<=', p.endedBefore)
            .orderBy('ended_at')
            .limit(p.batchRows),
        ),
    ),
    removeDeliveries: store.prepare((db, p: { before: string; batchRows: number }) =>
      db
        .deleteFrom('webhook_delivery')
        .where('id', 'in', (due) =>
          due
            .selectFrom('webhook_delivery')
            .select('id')
            .where('id', '<', p.before)
            .orderBy('id')
            .limit(p.batchRows),
        ),
    ),
    removeAnswers: store.prepare((db, p: { now: number; batchRows: number }) =>
      db
        .deleteFrom('idempotent_request')
        .where((each) =>
          each(
            each.refTuple('sender', 'key'),
            'in',
            each
              .selectFrom('idempotent_request')
              .select(['sender', 'key'])
              .where('expires_at', '<=', p.now)
              .orderBy('expires_at')
              .limit(p.batchRows)
              .$asTuple('sender', 'key'),
          ),
        ),
    ),
  }
}
