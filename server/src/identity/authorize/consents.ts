import type { Kysely } from 'kysely'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { spaceSeparated } from '../space-separated.ts'

/** What people have allowed the clients that are not their account's own. */
export interface Consents {
  /** Whether the person has allowed the client all of the scope (space-separated). */
  covers(userId: Guid, clientId: Guid, scope: string): Promise<boolean>
  /** Adds the scope to what the person has allowed the client; durable before it resolves. */
  give(userId: Guid, clientId: Guid, scope: string): Promise<void>
}

export function createConsents({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): Consents {
  const { find, lock, insert, extend, account } = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  return {
    async covers(userId, clientId, scope) {
      const row = await find.first(store.reader, { user_id: userId, client_id: clientId })
      const given = new Set(spaceSeparated(row?.scopes ?? ''))
      return row !== undefined && spaceSeparated(scope).every((name) => given.has(name))
    },
    async give(userId, clientId, scope) {
      const row = { user_id: userId, client_id: clientId, given_at: clock.now() }
      await store.write(async (tx) => {
        const user = await account.first(tx, { id: userId })
        await record(
          tx,
          {
            action: 'consent.give',
            target: { kind: 'client', id: clientId },
            account: user?.account_id ?? null,
            details: { scopes: spaceSeparated(scope) },
          },
          { kind: 'user', id: userId, ...(user && { name: user.username }) },
        )
        if ((await insert.run(tx, { ...row, scopes: scope })) === 1) return
        const before = spaceSeparated((await lock.first(tx, row))?.scopes ?? '')
        await extend.run(tx, {
          ...row,
          scopes: [...new Set([...before, ...spaceSeparated(scope)])].join(' '),
        })
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
  type Key = Pick<ConsentRow, 'user_id' | 'client_id'>
  const scopesOf = (db: Kysely<Tables>, p: Key) =>
    db
      .selectFrom('consent')
      .select('scopes')
      .where('user_id', '=', p.user_id)
      .where('client_id', '=', p.client_id)
  return {
    account: store.prepare((db, p: { id: Guid }) =>
      db.selectFrom('user').select(['account_id', 'username']).where('id', '=', p.id),
    ),
    find: store.prepare((db, p: Key) => scopesOf(db, p)),
    lock: store.prepare((db, p: Key) => scopesOf(db, p).forUpdate()),
    /** Changes nothing where the person has allowed the client something before. */
    insert: store.prepare((db, p: ConsentRow) =>
      db
        .insertInto('consent')
        .values({ user_id: p.user_id, client_id: p.client_id, scopes: p.scopes, given_at: p.given_at })
        .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doNothing()),
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
