import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import { spaceSeparated } from '../space-separated.ts'

/** What people have allowed the clients that are not their account's own. */
export interface Consents {
  /** Whether the person has allowed the client all of the scope (space-separated). */
  covers(userId: Guid, clientId: Guid, scope: string): Promise<boolean>
  /** Adds the scope to what the person has allowed the client; durable before it resolves. */
  give(userId: Guid, clientId: Guid, scope: string): Promise<void>
}

export function createConsents({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): Consents {
  const { find, insert, extend } = prepareStatements(store)
  return {
    async covers(userId, clientId, scope) {
      const row = await find.first(store.reader, { user_id: userId, client_id: clientId })
      const given = new Set(spaceSeparated(row?.scopes ?? ''))
      return row !== undefined && spaceSeparated(scope).every((name) => given.has(name))
    },
    async give(userId, clientId, scope) {
      const key = { user_id: userId, client_id: clientId }
      await store.write(async (tx) => {
        const row = await find.first(tx, key)
        const scopes = [...new Set([...spaceSeparated(row?.scopes ?? ''), ...spaceSeparated(scope)])].join(
          ' ',
        )
        await (row ? extend : insert).run(tx, { ...key, scopes, given_at: clock.now() })
      })
    },
  }
}

function prepareStatements(store: Store) {
  interface ConsentRow {
    readonly user_id: Guid
    readonly client_id: Guid
    readonly scopes: string
    readonly given_at: number
  }
  return {
    find: store.prepare((db, p: Pick<ConsentRow, 'user_id' | 'client_id'>) =>
      db
        .selectFrom('consent')
        .select('scopes')
        .where('user_id', '=', p.user_id)
        .where('client_id', '=', p.client_id),
    ),
    insert: store.prepare((db, p: ConsentRow) =>
      db.insertInto('consent').values({
        user_id: p.user_id,
        client_id: p.client_id,
        scopes: p.scopes,
        given_at: p.given_at,
      }),
    ),
    extend: store.prepare((db, p: ConsentRow) =>
      db
        .updateTable('consent')
        .set({ scopes: p.scopes, given_at: p.given_at })
        .where('user_id', '=', p.user_id)
        .where('client_id', '=', p.client_id),
    ),
  }
}
