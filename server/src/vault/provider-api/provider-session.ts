import type { Guid } from '../../base/guid.ts'
import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
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
