import type { KnownSource } from '../base/throttle/known-sources.ts'
import { prepareDeleteDue } from './removal.ts'
import type { Store } from './store.ts'

export interface ClosedKey {
  readonly throttle: string
  readonly counted: string
  readonly digest: string
}

export interface ClosedRow extends ClosedKey {
  readonly failures: number
  readonly since: number
  readonly last: number
  readonly expires_at: number
}

interface KnownRow {
  readonly digest: KnownSource['pair']
  readonly name_digest: KnownSource['name']
  readonly seen_at: number
  readonly expires_at: number
}

export type ThrottleRows = ReturnType<typeof prepareThrottleRows>

export const prepareThrottleRows = (store: Store) => ({ ...prepareClosed(store), ...prepareKnown(store) })

/** What is closed. */
function prepareClosed(store: Store) {
  return {
    putClosed: store.prepare((db, p: ClosedRow) =>
      db
        .insertInto('throttled')
        .values({
          throttle: p.throttle,
          counted: p.counted,
          digest: p.digest,
          failures: p.failures,
          since: p.since,
          last: p.last,
          expires_at: p.expires_at,
        })
        .onConflict((conflict) =>
          conflict.columns(['throttle', 'counted', 'digest']).doUpdateSet({
            failures: p.failures,
            since: p.since,
            last: p.last,
            expires_at: p.expires_at,
          }),
        ),
    ),
    removeClosed: store.prepare((db, p: ClosedKey) =>
      db
        .deleteFrom('throttled')
        .where('throttle', '=', p.throttle)
        .where('counted', '=', p.counted)
        .where('digest', '=', p.digest),
    ),
    removeOldClosed: prepareDeleteDue(store, {
      from: 'throttled',
      key: ['throttle', 'counted', 'digest'],
      due: 'expires_at',
    }),
    allClosed: store.prepare((db, p: { throttle: string; now: number }) =>
      db
        .selectFrom('throttled')
        .select(['counted', 'digest', 'failures', 'since', 'last'])
        .where('throttle', '=', p.throttle)
        .where('expires_at', '>', p.now)
        .orderBy('last'),
    ),
  }
}

/** From where names have authenticated. */
function prepareKnown(store: Store) {
  return {
    putKnown: store.prepare((db, p: KnownRow) =>
      db
        .insertInto('known_source')
        .values({
          digest: p.digest,
          name_digest: p.name_digest,
          seen_at: p.seen_at,
          expires_at: p.expires_at,
        })
        .onConflict((conflict) =>
          conflict.column('digest').doUpdateSet({ seen_at: p.seen_at, expires_at: p.expires_at }),
        ),
    ),
    removeKnown: store.prepare((db, p: { digest: string }) =>
      db.deleteFrom('known_source').where('digest', '=', p.digest),
    ),
    removeOldKnown: prepareDeleteDue(store, { from: 'known_source', key: ['digest'], due: 'expires_at' }),
    allKnown: store.prepare((db, p: { now: number }) =>
      db
        .selectFrom('known_source')
        .select(['digest', 'name_digest', 'seen_at'])
        .where('expires_at', '>', p.now)
        .orderBy('seen_at'),
    ),
  }
}
