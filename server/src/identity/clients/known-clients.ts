import { LRUCache } from 'lru-cache'
import type { Clock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import type { Account } from '../find-account.ts'

/** An enabled client, as the token endpoint and the bearer check need it. */
export interface Client {
  readonly id: Guid
  readonly account: Account
  readonly clientType: 'confidential' | 'public'
  readonly flows: ReadonlySet<string>
  readonly scopes: ReadonlySet<string>
  /** SHA-256 of each live secret. */
  readonly secretDigests: readonly Uint8Array[]
}

export interface KnownClients {
  /**
   * The client, or `undefined` when it is unknown or disabled. An answer is at most a second old; a fresh one
   * comes at once, without a promise.
   */
  find(id: Guid): Client | undefined | Promise<Client | undefined>
}

interface Entry {
  readonly client: Client | undefined
  readonly readAt: number
}

const mostClients = 10_000
const freshMilliseconds = 1000

/**
 * Clients by their id, read from the store at most once a second each. That a client is unknown is kept as
 * well, so that the time of an answer does not tell which ids exist.
 */
export function createKnownClients({
  store,
  clock,
}: {
  readonly store: Store
  readonly clock: Clock
}): KnownClients {
  const entries = new LRUCache<Guid, Entry>({ max: mostClients })
  const reading = new Map<Guid, Promise<Client | undefined>>()
  const readClient = prepareReadClient(store)

  async function readAnew(id: Guid): Promise<Client | undefined> {
    const readAt = clock.now()
    try {
      const client = await readClient(id)
      entries.set(id, { client, readAt })
      return client
    } finally {
      reading.delete(id)
    }
  }

  return {
    find(id) {
      const entry = entries.get(id)
      if (entry !== undefined) {
        const age = clock.now() - entry.readAt
        if (age >= 0 && age < freshMilliseconds) return entry.client
      }
      const started = reading.get(id)
      if (started !== undefined) return started
      const read = readAnew(id)
      reading.set(id, read)
      return read
    },
  }
}

function prepareReadClient(store: Store) {
  const statement = store.prepare((db, p: { id: string }) =>
    db
      .selectFrom('client')
      .innerJoin('account', 'account.id', 'client.account_id')
      .leftJoin('client_secret', 'client_secret.client_id', 'client.id')
      .select([
        'client.client_type',
        'client.flows',
        'client.scopes',
        'client_secret.sha256',
        'account.id as account_id',
        'account.name as account_name',
        'account.production',
      ])
      .where('client.id', '=', p.id)
      .where('client.disabled_at', 'is', null),
  )
  return async (id: Guid): Promise<Client | undefined> => {
    const rows = await statement.all(store.reader, { id })
    const [row] = rows
    if (row === undefined) return undefined
    return {
      id,
      account: { id: row.account_id, name: row.account_name, production: row.production === 1 },
      clientType: row.client_type,
      flows: new Set(row.flows.split(' ')),
      scopes: new Set(row.scopes.split(' ')),
      secretDigests: rows.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256])),
    }
  }
}
