import { type SqlBool, sql } from 'kysely'
import type { KnownSource } from '../base/throttle/known-sources.ts'
import { prepareDeleteDue } from './removal.ts'
import type { Store } from './store.ts'

/** What is counted of a throttle, and under which key. */
export interface CountedKey {
  readonly throttle: string
  readonly counted: string
  readonly digest: string
}

export interface FailedRow extends CountedKey {
  readonly failures: number
  readonly since: number
  readonly last: number
}

/** One more failure of a key, or several. */
interface AddedFailures extends CountedKey {
  readonly now: number
  readonly added: number
  /** All that are known here, with these. */
  readonly failures: number
  readonly since: number
  readonly last: number
  readonly expires_at: number
  /** Whether each failure puts off when all are forgotten. */
  readonly renewed: 0 | 1
}

interface KnownRow {
  readonly digest: KnownSource['pair']
  readonly name_digest: KnownSource['name']
  readonly seen_at: number
  readonly expires_at: number
}

export type ThrottleRows = ReturnType<typeof prepareThrottleRows>

/** @param free so many failures close nothing. */
export const prepareThrottleRows = (store: Store, free: number) => ({
  ...prepareCounted(store),
  ...prepareRemoval(store, free),
  ...prepareKnown(store),
})

/** What has failed. A row that is not there counts as what is known here. */
function prepareCounted(store: Store) {
  return {
    /** Adds to what all processes have counted, and answers what that has come to. */
    addFailures: store.prepare((db, p: AddedFailures) => {
      const counts = sql<SqlBool>`throttled.failures > 0 and throttled.expires_at > ${p.now}`
      return db
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
            failures: sql<number>`case when ${counts} then throttled.failures + ${p.added} else ${p.added} end`,
            since: sql<number>`case when ${counts} then throttled.since else excluded.since end`,
            last: sql<number>`case when throttled.last > excluded.last then throttled.last else excluded.last end`,
            expires_at: sql<number>`case when ${counts} and ${p.renewed} = 0 then throttled.expires_at else excluded.expires_at end`,
          }),
        )
        .returning(['failures', 'since', 'last'])
    }),
    /** Takes back what was known when somebody succeeded. For a minute a row without failures says so. */
    clearFailures: store.prepare(
      (db, p: CountedKey & { readonly seen: number; readonly now: number; readonly expires_at: number }) =>
        db
          .updateTable('throttled')
          .set({
            failures: 0,
            last: sql<number>`case when last >= ${p.now} then last + 1 else ${p.now} end`,
            expires_at: p.expires_at,
          })
          .where('throttle', '=', p.throttle)
          .where('counted', '=', p.counted)
          .where('digest', '=', p.digest)
          .where('last', '<=', p.seen),
    ),
    /** What has changed since then, the oldest first. */
    failedSince: store.prepare((db, p: { throttle: string; since: number; now: number }) =>
      db
        .selectFrom('throttled')
        .select(['throttle', 'counted', 'digest', 'failures', 'since', 'last'])
        .where('throttle', '=', p.throttle)
        .where('last', '>=', p.since)
        .where('expires_at', '>', p.now)
        .orderBy('last'),
    ),
  }
}

function prepareRemoval(store: Store, free: number) {
  const throttled = { from: 'throttled', key: ['throttle', 'counted', 'digest'] } as const
  return {
    removeForgotten: prepareDeleteDue(store, { ...throttled, due: 'expires_at' }),
    removeFewSince: prepareDeleteDue(store, {
      ...throttled,
      due: 'last',
      only: sql<SqlBool>`failures < ${sql.lit(free)}`,
    }),
    removeForgottenKnown: prepareDeleteDue(store, {
      from: 'known_source',
      key: ['digest'],
      due: 'expires_at',
    }),
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
    /** Those that were seen since then, the one that was seen longest ago first. */
    knownSince: store.prepare((db, p: { since: number; now: number }) =>
      db
        .selectFrom('known_source')
        .select(['digest', 'name_digest', 'seen_at'])
        .where('seen_at', '>=', p.since)
        .where('expires_at', '>', p.now)
        .orderBy('seen_at'),
    ),
  }
}
