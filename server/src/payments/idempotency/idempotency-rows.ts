import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

/** The statements on `idempotent_request`. */
export const prepareIdempotencyRows = (store: Store) => ({
  ...prepareClaims(store),
  ...prepareAnswers(store),
})

interface Key {
  readonly sender: string
  readonly key: string
}

interface Taken {
  readonly fingerprint: Uint8Array
  readonly runningUntil: number
  readonly expiresAt: number
  readonly sessionGuid: Guid
}

function prepareClaims(store: Store) {
  return {
    find: store.prepare((db, p: Key) =>
      db
        .selectFrom('idempotent_request')
        .select(['fingerprint', 'running_until', 'sealed_answer', 'session_guid'])
        .where('sender', '=', p.sender)
        .where('key', '=', p.key)
        .forUpdate(),
    ),
    /**
     * Changes one row where nobody has the key, or whoever had it is forgotten; otherwise none, and on an engine whose
     * transactions run beside one another the row is locked all the same.
     */
    take: store.prepare((db, p: Key & Taken & { now: number }) => {
      const taken = {
        fingerprint: p.fingerprint,
        running_until: p.runningUntil,
        sealed_answer: null,
        expires_at: p.expiresAt,
        session_guid: p.sessionGuid,
      }
      return db
        .insertInto('idempotent_request')
        .values({ sender: p.sender, key: p.key, ...taken })
        .onConflict((conflict) =>
          conflict
            .columns(['sender', 'key'])
            .doUpdateSet(taken)
            .where('idempotent_request.expires_at', '<=', p.now),
        )
    }),
    /** A session that may have been launched in another process, or was taken up since. */
    launch: store.prepare((db, p: { sessionGuid: Guid }) =>
      db
        .selectFrom('launch_under_way')
        .select(['state', 'follow'])
        .where('session_guid', '=', p.sessionGuid)
        .where('state', 'in', ['asked', 'adopted']),
    ),
    /** An operation on a payment that may have been begun. */
    operation: store.prepare((db, p: { sessionGuid: Guid }) =>
      db.selectFrom('payment_operation').select('guid').where('guid', '=', p.sessionGuid),
    ),
    claim: store.prepare((db, p: Key & { runningUntil: number; sessionGuid: Guid }) =>
      db
        .updateTable('idempotent_request')
        .set({ running_until: p.runningUntil, session_guid: p.sessionGuid })
        .where('sender', '=', p.sender)
        .where('key', '=', p.key),
    ),
  }
}

/** All of them for the request alone that has the key, while it has it. */
function prepareAnswers(store: Store) {
  return {
    keep: store.prepare((db, p: Key & { runningUntil: number; sealed: Uint8Array }) =>
      db
        .updateTable('idempotent_request')
        .set({ running_until: null, sealed_answer: p.sealed })
        .where('sender', '=', p.sender)
        .where('key', '=', p.key)
        .where('running_until', '=', p.runningUntil),
    ),
    stop: store.prepare((db, p: Key & { runningUntil: number }) =>
      db
        .updateTable('idempotent_request')
        .set({ running_until: null })
        .where('sender', '=', p.sender)
        .where('key', '=', p.key)
        .where('running_until', '=', p.runningUntil),
    ),
    release: store.prepare((db, p: Key & { runningUntil: number }) =>
      db
        .deleteFrom('idempotent_request')
        .where('sender', '=', p.sender)
        .where('key', '=', p.key)
        .where('running_until', '=', p.runningUntil),
    ),
  }
}
