import { prepareRecord } from '../../../audit/record.ts'
import type { StoreParts } from '../../../store/parts.ts'
import { sealedColumn } from '../../../store/reseal.ts'
import type { Store } from '../../../store/store.ts'

/** A gateway of a tenant's own, as it is written down. */
export interface GatewayAccount {
  readonly name: string
  readonly kind: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

export type GatewayAccounts = ReturnType<typeof createGatewayAccounts>

/**
 * The gateways of a region's tenants: what kind each is of, and its settings, which hold its credentials and are on
 * disk only sealed for their own row.
 */
export function createGatewayAccounts({
  store,
  sealer,
  clock,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock'>) {
  const statements = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  return {
    /** Makes or replaces a gateway; in force within a second. @returns whether it was there before. */
    async put(tenant: number, name: string, kind: string, settings: object): Promise<boolean> {
      const sealed = sealer.seal(settingsOf(tenant, name), Buffer.from(JSON.stringify(settings)))
      return store.write(async (tx) => {
        const values = { tenant, name, kind, sealed, now: clock.now() }
        const replaced = (await statements.insert.run(tx, values)) === 0
        if (replaced) await statements.update.run(tx, values)
        await record(tx, {
          action: 'gateway.put',
          target: { kind: 'gateway', id: name },
          account: tenant,
          details: { kind, replaced },
        })
        return replaced
      })
    },
    /** All of a tenant, by their names. */
    async list(tenant: number): Promise<readonly GatewayAccount[]> {
      const rows = await statements.list.all(store.reader, { tenant })
      return rows.map(({ name, kind, created_at, updated_at }) => ({
        name,
        kind,
        createdAt: created_at,
        updatedAt: updated_at,
      }))
    },
    /** A gateway's kind and sealed settings. */
    find: (tenant: number, name: string) => statements.find.first(store.reader, { tenant, name }),
    /** @throws {NotSealedHere} when they were sealed under another key, or for another gateway. */
    open(tenant: number, name: string, sealed: Uint8Array): Readonly<Record<string, unknown>> {
      return JSON.parse(sealer.open(settingsOf(tenant, name), sealed).toString())
    },
    /** @returns whether there was one. */
    remove: (tenant: number, name: string): Promise<boolean> =>
      store.write(async (tx) => {
        if ((await statements.remove.run(tx, { tenant, name })) === 0) return false
        await record(tx, { action: 'gateway.delete', target: { kind: 'gateway', id: name }, account: tenant })
        return true
      }),
  }
}

const settingsOf = (tenant: unknown, name: unknown): string => `gateway account ${tenant} ${name}`

/** The settings of gateways, with their credentials. */
export const sealedGatewaySettings = sealedColumn({
  what: 'gateways',
  table: 'gateway_account',
  key: ['tenant_id', 'name'],
  column: 'sealed_settings',
  purposes: ({ tenant_id, name }) => [settingsOf(tenant_id, name)],
})

function prepareStatements(store: Store) {
  interface Key {
    tenant: number
    name: string
  }
  type Values = Key & { kind: string; sealed: Uint8Array; now: number }
  return {
    update: store.prepare((db, p: Values) =>
      db
        .updateTable('gateway_account')
        .set({ kind: p.kind, sealed_settings: p.sealed, updated_at: p.now })
        .where('tenant_id', '=', p.tenant)
        .where('name', '=', p.name),
    ),
    insert: store.prepare((db, p: Values) =>
      db
        .insertInto('gateway_account')
        .values({
          tenant_id: p.tenant,
          name: p.name,
          kind: p.kind,
          sealed_settings: p.sealed,
          created_at: p.now,
          updated_at: p.now,
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    list: store.prepare((db, p: Pick<Key, 'tenant'>) =>
      db
        .selectFrom('gateway_account')
        .select(['name', 'kind', 'created_at', 'updated_at'])
        .where('tenant_id', '=', p.tenant)
        .orderBy('name'),
    ),
    find: store.prepare((db, p: Key) =>
      db
        .selectFrom('gateway_account')
        .select(['kind', 'sealed_settings'])
        .where('tenant_id', '=', p.tenant)
        .where('name', '=', p.name),
    ),
    remove: store.prepare((db, p: Key) =>
      db.deleteFrom('gateway_account').where('tenant_id', '=', p.tenant).where('name', '=', p.name),
    ),
  }
}
