import type { Kysely } from 'kysely'
import { prepareDeleteDue } from '../../../store/removal.ts'
import type { Store } from '../../../store/store.ts'
import type { Tables } from '../../../store/tables.ts'

/** No request has it: a launch that was called off is of none. */
export const noFingerprint: Uint8Array = Buffer.alloc(32)

interface Key {
  readonly clientId: string
  readonly key: string
}

interface NewRow extends Key {
  readonly fingerprint: Uint8Array
  readonly sealed: Uint8Array
  readonly expiresAt: number
}

const columnsOf = ({ clientId, key, fingerprint, sealed, expiresAt }: NewRow) => ({
  client_id: clientId,
  idempotency_key: key,
  fingerprint,
  sealed_answer: sealed,
  expires_at: expiresAt,
})

/** The statements on `provider_launch_key`. */
export function prepareLaunchKeyRows(store: Store) {
  return {
    find: store.prepare((db, p: Key) => rowOf(db, p)),
    lock: store.prepare((db, p: Key) => rowOf(db, p).forUpdate()),
    /** Takes the place of an answer that has expired; changes nothing where there is anything else. */
    claim: store.prepare((db, p: NewRow & { now: number }) =>
      db
        .insertInto('provider_launch_key')
        .values(columnsOf(p))
        .onConflict((conflict) =>
          conflict
            .columns(['client_id', 'idempotency_key'])
            .doUpdateSet({ fingerprint: p.fingerprint, sealed_answer: p.sealed, expires_at: p.expiresAt })
            .where('provider_launch_key.expires_at', '<=', p.now)
            .where('provider_launch_key.fingerprint', '!=', noFingerprint),
        ),
    ),
    insert: store.prepare((db, p: NewRow) =>
      db
        .insertInto('provider_launch_key')
        .values(columnsOf(p))
        .onConflict((conflict) => conflict.doNothing()),
    ),
    replace: store.prepare((db, p: NewRow) =>
      db
        .updateTable('provider_launch_key')
        .set(columnsOf(p))
        .where('client_id', '=', p.clientId)
        .where('idempotency_key', '=', p.key),
    ),
    ...prepareChanges(store),
    removeOld: prepareDeleteDue(store, {
      from: 'provider_launch_key',
      key: ['client_id', 'idempotency_key'],
      due: 'expires_at',
    }),
  }
}

const rowOf = (db: Kysely<Tables>, p: Key) =>
  db
    .selectFrom('provider_launch_key')
    .selectAll()
    .where('client_id', '=', p.clientId)
    .where('idempotency_key', '=', p.key)

/** What becomes of a claim, while it is one. */
function prepareChanges(store: Store) {
  type Claim = Key & { readonly until: number }
  return {
    keep: store.prepare((db, p: Claim & Omit<NewRow, 'fingerprint'>) =>
      db
        .updateTable('provider_launch_key')
        .set({ sealed_answer: p.sealed, expires_at: p.expiresAt })
        .where('client_id', '=', p.clientId)
        .where('idempotency_key', '=', p.key)
        .where('expires_at', '=', p.until),
    ),
    release: store.prepare((db, p: Claim) =>
      db
        .deleteFrom('provider_launch_key')
        .where('client_id', '=', p.clientId)
        .where('idempotency_key', '=', p.key)
        .where('expires_at', '=', p.until),
    ),
  }
}
