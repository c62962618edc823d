import type { ExpressionBuilder } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Store } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import type { Order } from '../model/launch.ts'
import type { ResultValues } from './callbacks/callback-values.ts'
import type { OrderItem } from './flows/order-items.ts'
import type { Callback } from './flows/provider-flow.ts'

/** Where a session's result goes, as it was when the session was launched. */
export interface ChosenCallback
  extends Pick<Callback, 'format' | 'template' | 'amounts' | 'privateAddresses'> {
  readonly url: string
  /** `whsec_…`; absent where callbacks are not signed. */
  readonly signingSecret?: string
}

/** What the callbacks of a session are made of. */
export interface LaunchedOrder {
  readonly order: Order
  readonly initialValues: Readonly<Record<string, string | null>>
  readonly callback?: ChosenCallback
  /** Present where each of them is told by a callback of its own. */
  readonly items?: readonly OrderItem[]
}

const orderOf = (guid: string) => `provider order ${guid}`
const resultOf = (guid: string) => `provider result ${guid}`

/** What orders and results are sealed as. */
export const sealedProviderSessions = [
  sealedColumn({
    what: 'orders of launched sessions',
    table: 'provider_session',
    column: 'sealed_order',
    key: ['guid'],
    purposes: ({ guid }) => [orderOf(String(guid))],
  }),
  sealedColumn({
    what: 'results of launched sessions',
    table: 'provider_session',
    column: 'sealed_result',
    key: ['guid'],
    purposes: ({ guid }) => [resultOf(String(guid))],
  }),
] as const

/** Seals what the row of a session holds, for that row alone. */
export function createProviderSessionSeal(sealer: Sealer) {
  const seal = (purpose: string, value: unknown) => sealer.seal(purpose, Buffer.from(JSON.stringify(value)))
  const open = (purpose: string, sealed: Uint8Array) => JSON.parse(sealer.open(purpose, sealed).toString())
  return {
    sealOrder: (guid: Guid, order: LaunchedOrder): Buffer => seal(orderOf(guid), order),
    openOrder: (guid: Guid, sealed: Uint8Array): LaunchedOrder => open(orderOf(guid), sealed),
    sealResult: (guid: Guid, values: ResultValues): Buffer => seal(resultOf(guid), values),
    openResult: (guid: Guid, sealed: Uint8Array): ResultValues => open(resultOf(guid), sealed),
  }
}

export type ProviderSessionSeal = ReturnType<typeof createProviderSessionSeal>

const callbackOf = ({ selectFrom }: ExpressionBuilder<Tables, 'provider_session'>) =>
  selectFrom('provider_callback').select('id').whereRef('session_guid', '=', 'provider_session.guid')

/** The statements on `provider_session`. */
export type ProviderSessionRows = ReturnType<typeof prepareProviderSessionRows>

export function prepareProviderSessionRows(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          guid: Guid
          tenant: number
          clientId: string
          flowId: number | null
          linkId: string
          launchedBy: string
          now: number
          sealedOrder: Uint8Array
        },
      ) =>
        db.insertInto('provider_session').values({
          guid: p.guid,
          tenant_id: p.tenant,
          client_id: p.clientId,
          flow_id: p.flowId,
          link_id: p.linkId,
          launched_by: p.launchedBy,
          created_at: p.now,
          begun_at: null,
          ended_at: null,
          sealed_order: p.sealedOrder,
          sealed_result: null,
          reported: null,
        }),
    ),
    find: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('provider_session').selectAll().where('guid', '=', p.guid),
    ),
    begin: store.prepare((db, p: { guid: Guid; now: number }) =>
      db
        .updateTable('provider_session')
        .set({ begun_at: p.now })
        .where('guid', '=', p.guid)
        .where('begun_at', 'is', null),
    ),
    end: store.prepare((db, p: { guid: Guid; endedAt: number; sealedResult: Uint8Array; reported: string }) =>
      db
        .updateTable('provider_session')
        .set({ ended_at: p.endedAt, sealed_result: p.sealedResult, reported: p.reported })
        .where('guid', '=', p.guid),
    ),
    /** What the client sent along stays while the outcome is unknown: it will be told. */
    removeOrders: store.prepare((db, p: { before: number }) =>
      db
        .updateTable('provider_session')
        .set({ sealed_order: null })
        .where('ended_at', 'is not', null)
        .where('ended_at', '<', p.before)
        .where('sealed_order', 'is not', null)
        .where('reported', '!=', 'unknown'),
    ),
    /** A result that nobody has taken yet stays. */
    removeResults: store.prepare((db, p: { before: number }) =>
      db
        .updateTable('provider_session')
        .set({ sealed_result: null })
        .where('ended_at', 'is not', null)
        .where('ended_at', '<', p.before)
        .where('sealed_result', 'is not', null)
        .where((is) => is.not(is.exists(callbackOf(is)))),
    ),
  }
}
