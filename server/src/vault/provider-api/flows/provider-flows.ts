import { prepareRecord } from '../../../audit/record.ts'
import type { Sealer } from '../../../base/seal.ts'
import type { StoreParts } from '../../../store/parts.ts'
import { sealedColumn } from '../../../store/reseal.ts'
import type { Connection, Store } from '../../../store/store.ts'
import { defaultFlow } from '../../model/launch.ts'
import type { ProviderFlow } from './provider-flow.ts'

/** A flow, and what its callbacks are signed with. */
export interface FoundFlow {
  readonly flow: ProviderFlow
  /** `whsec_…`; absent where they are not signed. */
  readonly signingSecret?: string
}

export type ProviderFlows = ReturnType<typeof createProviderFlows>

const secretOf = (tenant: number, id: number) => `provider flow ${tenant}/${id}`

/** What the signing secrets of callbacks are sealed as. */
export const sealedFlowSecrets = sealedColumn({
  what: 'signing secrets of flows',
  table: 'provider_flow',
  column: 'sealed_signing_secret',
  key: ['tenant_id', 'flow_id'],
  purposes: ({ tenant_id, flow_id }) => [secretOf(Number(tenant_id), Number(flow_id))],
})

/**
 * The flows of a region's tenants. What signs callbacks is sealed.
 *
 * @param sealer is asked for where a secret is put or opened, and nowhere else.
 */
export function createProviderFlows({
  store,
  clock,
  random,
  sealer,
}: Pick<StoreParts, 'store' | 'clock' | 'random'> & { readonly sealer: () => Sealer }) {
  const { putUnsigned, putSigned, sign, select, selectAll, remove } = prepareStatements(store)
  const record = prepareRecord({ store, clock })
  const recordFlow = (
    tx: Connection,
    action: 'provider-flow.put' | 'provider-flow.delete',
    tenant: number,
    id: number,
  ) => record(tx, { action, target: { kind: 'provider-flow', id: String(id) }, account: tenant })

  return {
    /**
     * Makes or replaces a flow; in force for the next launch.
     *
     * @returns the secret that its callbacks are signed with, where one was made. It stays when the flow is replaced.
     */
    async put(tenant: number, flow: ProviderFlow): Promise<{ readonly newSigningSecret?: string }> {
      const row = { tenant, id: flow.id, settings: JSON.stringify(flow) }
      if (flow.callback?.signature !== 'standard-webhooks') {
        await store.write(async (tx) => {
          await putUnsigned.run(tx, row)
          await recordFlow(tx, 'provider-flow.put', tenant, flow.id)
        })
        return {}
      }
      const isReplaced = await store.write(async (tx) => {
        if ((await putSigned.run(tx, row)) === 0) return false
        await recordFlow(tx, 'provider-flow.put', tenant, flow.id)
        return true
      })
      if (isReplaced) return {}
      const made = `whsec_${random(32).toString('base64')}`
      const sealed = sealer().seal(secretOf(tenant, flow.id), Buffer.from(made))
      const isMade = await store.write(async (tx) => {
        const isFirst = (await sign.run(tx, { ...row, sealed })) === 1
        if (!isFirst) await putSigned.run(tx, row)
        await recordFlow(tx, 'provider-flow.put', tenant, flow.id)
        return isFirst
      })
      return isMade ? { newSigningSecret: made } : {}
    },

    async find(tenant: number, id: number): Promise<FoundFlow | undefined> {
      const row = await select.first(store.reader, { tenant, id })
      if (!row) return undefined
      const flow = readFlow(row.settings)
      const sealed = row.sealed_signing_secret
      return sealed
        ? { flow, signingSecret: sealer().open(secretOf(tenant, id), sealed).toString() }
        : { flow }
    },

    async list(tenant: number): Promise<readonly ProviderFlow[]> {
      return (await selectAll.all(store.reader, { tenant })).map(({ settings }) => readFlow(settings))
    },

    /** False when there is no such flow. Sessions that were launched with it go on. */
    remove: (tenant: number, id: number): Promise<boolean> =>
      store.write(async (tx) => {
        if ((await remove.run(tx, { tenant, id })) === 0) return false
        await recordFlow(tx, 'provider-flow.delete', tenant, id)
        return true
      }),
  }
}

/** What a flow of an older version did not have is as it usually is. */
function readFlow(settings: string): ProviderFlow {
  const written = JSON.parse(settings) as ProviderFlow
  const { callback } = written
  return {
    ...written,
    flow: { ...defaultFlow, ...written.flow },
    ...(callback && { callback: { ...callback, each: callback.each ?? 'session' } }),
  }
}

interface Put {
  readonly tenant: number
  readonly id: number
  readonly settings: string
}

function prepareStatements(store: Store) {
  return {
    putUnsigned: store.prepare((db, p: Put) =>
      db
        .insertInto('provider_flow')
        .values({ tenant_id: p.tenant, flow_id: p.id, settings: p.settings, sealed_signing_secret: null })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant_id', 'flow_id'])
            .doUpdateSet({ settings: p.settings, sealed_signing_secret: null }),
        ),
    ),
    /** Replaces one that has a secret, which stays. */
    putSigned: store.prepare((db, p: Put) =>
      db
        .updateTable('provider_flow')
        .set({ settings: p.settings })
        .where('tenant_id', '=', p.tenant)
        .where('flow_id', '=', p.id)
        .where('sealed_signing_secret', 'is not', null),
    ),
    /** Changes nothing where somebody else has made a secret meanwhile. */
    sign: store.prepare((db, p: Put & { readonly sealed: Uint8Array }) =>
      db
        .insertInto('provider_flow')
        .values({
          tenant_id: p.tenant,
          flow_id: p.id,
          settings: p.settings,
          sealed_signing_secret: p.sealed,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['tenant_id', 'flow_id'])
            .doUpdateSet({ settings: p.settings, sealed_signing_secret: p.sealed })
            .where('provider_flow.sealed_signing_secret', 'is', null),
        ),
    ),
    select: store.prepare((db, p: { tenant: number; id: number }) =>
      db
        .selectFrom('provider_flow')
        .select(['settings', 'sealed_signing_secret'])
        .where('tenant_id', '=', p.tenant)
        .where('flow_id', '=', p.id),
    ),
    selectAll: store.prepare((db, p: { tenant: number }) =>
      db.selectFrom('provider_flow').select('settings').where('tenant_id', '=', p.tenant).orderBy('flow_id'),
    ),
    remove: store.prepare((db, p: { tenant: number; id: number }) =>
      db.deleteFrom('provider_flow').where('tenant_id', '=', p.tenant).where('flow_id', '=', p.id),
    ),
  }
}
