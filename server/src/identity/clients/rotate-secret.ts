import { hash } from 'node:crypto'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import { randomAlphanumeric } from '../../base/random.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection, Store } from '../../store/store.ts'

/** A live secret of a client, as it may be shown again: without the secret itself. */
export interface LiveSecret {
  readonly id: Guid
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** What became of the wish for another secret. */
export type AddedSecret =
  /** The secret is shown once. */
  | { readonly outcome: 'added'; readonly id: Guid; readonly clientSecret: string }
  | { readonly outcome: 'no-client' }
  /** The client is public, or authenticates by a key. */
  | { readonly outcome: 'has-no-secrets' }
  | { readonly outcome: 'has-two-already' }

export type RemovedSecret = 'removed' | 'no-such-secret' | 'only-one-left'

/** A new one, and the one that the client's programs still use. */
const maxSecrets = 2

/**
 * Rotates a client's secret without an outage (contract/authentication §7): the new one is added, programs are
 * given it, the old one is removed.
 */
export function prepareRotateSecret({
  store,
  clock,
  random,
  newGuid,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid'>) {
  const statements = prepareStatements(store)
  const record = prepareRecord({ store, clock })

  async function liveSecrets(connection: Connection, clientId: Guid): Promise<readonly LiveSecret[]> {
    const rows = await statements.secrets.all(connection, { client_id: clientId })
    return rows.map(({ id, created_at }) => ({ id, createdAt: created_at }))
  }

  return {
    /** The oldest first. */
    list: (clientId: Guid) => liveSecrets(store.reader, clientId),

    add(clientId: Guid): Promise<AddedSecret> {
      const clientSecret = randomAlphanumeric(random, 40)
      const id = newGuid()
      const sha256 = hash('sha256', clientSecret, 'buffer')
      const created_at = clock.now()
      return store.write(async (tx): Promise<AddedSecret> => {
        const client = await statements.lockClient.first(tx, { id: clientId })
        if (client === undefined) return { outcome: 'no-client' }
        if (client.client_type === 'public' || client.public_keys !== '[]') {
          return { outcome: 'has-no-secrets' }
        }
        if ((await liveSecrets(tx, clientId)).length >= maxSecrets) return { outcome: 'has-two-already' }
        await statements.insert.run(tx, { id, client_id: clientId, sha256, created_at })
        await record(tx, { action: 'client.secret.add', ...targetOf(clientId, client), details: { key: id } })
        return { outcome: 'added', id, clientSecret }
      })
    },

    /** The last one stays: a client that shall not get in is disabled. */
    remove: (clientId: Guid, which: Guid | 'oldest'): Promise<RemovedSecret> =>
      store.write(async (tx) => {
        const client = await statements.lockClient.first(tx, { id: clientId })
        const live = await liveSecrets(tx, clientId)
        const found = which === 'oldest' ? live[0] : live.find(({ id }) => id === which)
        if (found === undefined || client === undefined) return 'no-such-secret'
        if (live.length === 1) return 'only-one-left'
        await statements.remove.run(tx, { id: found.id })
        const details = { key: found.id }
        await record(tx, { action: 'client.secret.remove', ...targetOf(clientId, client), details })
        return 'removed'
      }),
  }
}

const targetOf = (id: Guid, client: { readonly account_id: number; readonly name: string }) => ({
  target: { kind: 'client', id, name: client.name },
  account: client.account_id,
})

function prepareStatements(store: Store) {
  return {
    /** Whoever adds or removes a secret holds the client, so that what it counts stays so. */
    lockClient: store.prepare((db, p: { id: Guid }) =>
      db
        .selectFrom('client')
        .select(['client_type', 'public_keys', 'account_id', 'name'])
        .where('id', '=', p.id)
        .forUpdate(),
    ),
    secrets: store.prepare((db, p: { client_id: Guid }) =>
      db
        .selectFrom('client_secret')
        .select(['id', 'created_at'])
        .where('client_id', '=', p.client_id)
        .orderBy('created_at')
        .orderBy('id'),
    ),
    insert: store.prepare((db, p: { id: Guid; client_id: Guid; sha256: Uint8Array; created_at: number }) =>
      db
        .insertInto('client_secret')
        .values({ id: p.id, client_id: p.client_id, sha256: p.sha256, created_at: p.created_at }),
    ),
    remove: store.prepare((db, p: { id: Guid }) => db.deleteFrom('client_secret').where('id', '=', p.id)),
  }
}
