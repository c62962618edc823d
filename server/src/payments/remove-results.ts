import { firstGuidOf, type Guid } from '../base/guid.ts'
import type { StoreParts } from '../store/parts.ts'
import { createRemoval, prepareDeleteDue, type RemoveBatch } from '../store/removal.ts'
import type { Store } from '../store/store.ts'
import { sessionRetentionMilliseconds } from './retention.ts'

const sweepMilliseconds = 30_000

/**
 * Retention (contract/payment-api §4): removes results, and what webhooks were to say of them, when their time is up;
 * sessions and the log of their webhooks after 90 days; answers to an `Idempotency-Key` after 24 hours. From the
 * database's files too.
 */
export function createRetention({
  store,
  log,
  ...parts
}: Pick<StoreParts, 'store' | 'clock' | 'log' | 'tracer'>) {
  const statements = prepareStatements(store)
  const { removeBodies, removeEventBodies, removeResults } = statements
  const { removeSessions, removeDeliveries, removeAnswers } = statements
  /** What was removed may still be in the files: a scrub has failed, or the process before this one was killed. */
  let scrubDue = true
  const scrubbed =
    (remove: RemoveBatch): RemoveBatch =>
    async (tx, batch) => {
      const removed = await remove(tx, batch)
      if (removed > 0) scrubDue = true
      return removed
    }

  const removal = createRemoval({
    ...parts,
    store,
    log,
    intervalMilliseconds: sweepMilliseconds,
    failed: 'results and expired rows could not be removed',
    batches: {
      results: scrubbed(async (tx, batch) => {
        const removed = await removeResults.all(tx, batch)
        await Promise.all(removed.map(({ guid }) => removeBodies.run(tx, { guid })))
        return removed.length
      }),
      events: scrubbed((tx, { now, batchRows }) => removeEventBodies.run(tx, { now, batchRows })),
      sessions: scrubbed((tx, { now, batchRows }) =>
        removeSessions.run(tx, { until: now - sessionRetentionMilliseconds, batchRows }),
      ),
      deliveries: scrubbed((tx, { now, batchRows }) =>
        removeDeliveries.run(tx, { until: firstGuidOf(now - sessionRetentionMilliseconds), batchRows }),
      ),
      answers: scrubbed((tx, { now, batchRows }) => removeAnswers.run(tx, { until: now, batchRows })),
    },
    async swept(removed) {
      if (!scrubDue) return
      await store.scrub()
      scrubDue = false
      log.debug(removed, 'results and expired rows were removed')
    },
  })
  return {
    /** Sweeps at once, and every half minute from then on. */
    start(): void {
      removal.start()
      removal.sweep()
    },
    close: removal.close,
  }
}

function prepareStatements(store: Store) {
  return {
    /** The sessions whose results go. Those that another transaction changes at this moment are for the next sweep. */
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
            .limit(p.batchRows)
            .forUpdate()
            .skipLocked(),
        )
        .where('result_removal_at', '<=', p.now)
        .returning('guid'),
    ),
    removeBodies: store.prepare((db, p: { guid: Guid }) =>
      db
        .updateTable('webhook_delivery')
        .set({ sealed_body: null })
        .where('session_guid', '=', p.guid)
        .where('type', 'is', null),
    ),
    removeEventBodies: store.prepare((db, p: { now: number; batchRows: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ sealed_body: null })
        .where('id', 'in', (due) =>
          due
            .selectFrom('webhook_delivery')
            .select('id')
            .where('kept_until', '<=', p.now)
            .where('type', 'is not', null)
            .where('sealed_body', 'is not', null)
            .orderBy('kept_until')
            .limit(p.batchRows)
            .forUpdate()
            .skipLocked(),
        ),
    ),
    removeSessions: prepareDeleteDue(store, { from: 'payment_session', key: ['guid'], due: 'ended_at' }),
    removeDeliveries: prepareDeleteDue(store, { from: 'webhook_delivery', key: ['id'], due: 'id' }),
    removeAnswers: prepareDeleteDue(store, {
      from: 'idempotent_request',
      key: ['sender', 'key'],
      due: 'expires_at',
    }),
  }
}
