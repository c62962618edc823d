import { prepareRecord } from '../../audit/record.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Store } from '../../store/store.ts'

/** Secrets that an account's configurations refer to by name; in the database they are sealed, each for its place. */
export interface AccountSecrets {
  /** Makes or replaces a secret; in force at once here, and elsewhere within a second. */
  put(accountId: number, name: string, text: string): Promise<void>
  /**
   * The secret, as it was at most a second ago.
   *
   * @throws {NotSealedHere} when it was sealed under another key.
   */
  find(accountId: number, name: string): string | undefined | Promise<string | undefined>
  /** Their names; no secret. */
  list(accountId: number): Promise<readonly NamedSecret[]>
  /** Whether there was one. */
  remove(accountId: number, name: string): Promise<boolean>
}

export interface NamedSecret {
  readonly name: string
  readonly createdAt: number
}

const purposeOf = (accountId: number, name: string) => `account secret ${accountId} ${name}`

/** What the secrets are sealed as. */
export const sealedAccountSecrets = sealedColumn({
  what: 'secrets of accounts',
  table: 'account_secret',
  column: 'sealed',
  key: ['account_id', 'name'],
  purposes: ({ account_id, name }) => [purposeOf(Number(account_id), String(name))],
})

const freshMilliseconds = 1000
const maxKept = 1000

export function createAccountSecrets({
  store,
  sealer,
  clock,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock'>): AccountSecrets {
  const { upsert, select, selectNames, remove } = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  const kept = new Map<string, { readonly text: string | undefined; readonly readAt: number }>()

  async function read(accountId: number, name: string, purpose: string): Promise<string | undefined> {
    const readAt = clock.elapsed()
    const row = await select.first(store.reader, { accountId, name })
    const text = row && sealer.open(purpose, row.sealed).toString()
    if (kept.size >= maxKept) kept.clear()
    kept.set(purpose, { text, readAt })
    return text
  }

  return {
    async put(accountId, name, text) {
      const purpose = purposeOf(accountId, name)
      const sealed = sealer.seal(purpose, Buffer.from(text))
      await store.write(async (tx) => {
        await upsert.run(tx, { accountId, name, sealed, now: clock.now() })
        await record(tx, { action: 'secret.put', target: { kind: 'secret', id: name }, account: accountId })
      })
      kept.delete(purpose)
    },
    find(accountId, name) {
      const purpose = purposeOf(accountId, name)
      const found = kept.get(purpose)
      if (found && clock.elapsed() - found.readAt < freshMilliseconds) return found.text
      return read(accountId, name, purpose)
    },
    async list(accountId) {
      const rows = await selectNames.all(store.reader, { accountId })
      return rows.map(({ name, created_at }) => ({ name, createdAt: created_at }))
    },
    async remove(accountId, name) {
      const isRemoved = await store.write(async (tx) => {
        if ((await remove.run(tx, { accountId, name })) === 0) return false
        await record(tx, {
          action: 'secret.delete',
          target: { kind: 'secret', id: name },
          account: accountId,
        })
        return true
      })
      kept.delete(purposeOf(accountId, name))
      return isRemoved
    },
  }
}

function prepareStatements(store: Store) {
  return {
    upsert: store.prepare((db, p: { accountId: number; name: string; sealed: Uint8Array; now: number }) =>
      db
        .insertInto('account_secret')
        .values({ account_id: p.accountId, name: p.name, sealed: p.sealed, created_at: p.now })
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'name']).doUpdateSet({ sealed: p.sealed, created_at: p.now }),
        ),
    ),
    select: store.prepare((db, p: { accountId: number; name: string }) =>
      db
        .selectFrom('account_secret')
        .select('sealed')
        .where('account_id', '=', p.accountId)
        .where('name', '=', p.name),
    ),
    selectNames: store.prepare((db, p: { accountId: number }) =>
      db
        .selectFrom('account_secret')
        .select(['name', 'created_at'])
        .where('account_id', '=', p.accountId)
        .orderBy('name'),
    ),
    remove: store.prepare((db, p: { accountId: number; name: string }) =>
      db.deleteFrom('account_secret').where('account_id', '=', p.accountId).where('name', '=', p.name),
    ),
  }
}
