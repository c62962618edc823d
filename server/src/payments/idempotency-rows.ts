import type { Store } from '../store/store.ts'

/** The statements on `idempotent_request`. */
export const prepareIdempotencyRows = (store: Store) => ({
  ...prepareClaims(store),
  ...prepareAnswers(store),
})

interface Key {
  readonly sender: string
  readonly key: string
}

function prepareClaims(store: Store) {
  return {
    find: store.prepare((db, p: Key) =>
      db
        .selectFrom('idempotent_request')
        .select(['fingerprint', 'running_until', 'sealed_answer', 'expires_at', 'session_guid'])
        .where('sender', '=', p.sender)
        .where('key', '=', p.key),
    ),
    insert: store.prepare(
      (
        db,
        p: Key & { fingerprint: Uint8Array; runningUntil: number; expiresAt: number; sessionGuid: string },
      ) =>
        db.insertInto('idempotent_request').values({
          sender: p.sender,
          key: p.key,
          fingerprint: p.fingerprint,
          running_until: p.runningUntil,
          sealed_answer: null,
          expires_at: p.expiresAt,
          session_guid: p.sessionGuid,
        }),
    ),
    /** A session that may have been launched in another process, or was taken up since. */
    launch: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .selectFrom('launch_under_way')
        .select(['state', 'follow'])
        .where('session_guid', '=', p.sessionGuid)
        .where('state', 'in', ['asked', 'adopted']),
    ),
    claim: store.prepare((db, p: Key & { runningUntil: number; sessionGuid: string }) =>
      db
        .updateTable('idempotent_request')
        .set({ running_until: p.runningUntil, session_guid: p.sessionGuid })
        .where('sender', '=', p.sender)
        .where('key', '=', p.key),
    ),
    remove: store.prepare((db, p: Key) =>
      db.deleteFrom('idempotent_request').where('sender', '=', p.sender).where('key', '=', p.key),
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
