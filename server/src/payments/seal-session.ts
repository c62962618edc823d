import type { Sealer } from '../base/seal.ts'
import { sealedColumn } from '../store/reseal.ts'
import type { Order } from '../vault/model/launch.ts'
import type { PaymentData } from './requests/read-create-request.ts'

/** What a session keeps of its request until its result is removed. */
export interface Requested {
  readonly order: Order
  readonly paymentData: PaymentData
}

/** Names, addresses and results are sealed in the database, each for its session alone. */
export interface SessionSeal {
  sealRequested(sessionGuid: string, requested: Requested): Buffer
  openRequested(sessionGuid: string, sealed: Uint8Array): Requested
  /** @param text the JSON of `paymentResultData`. */
  sealResult(sessionGuid: string, text: string): Buffer
  openResult(sessionGuid: string, sealed: Uint8Array): string
}

const requestedOf = (guid: unknown) => `payment data ${guid}`
const resultOf = (guid: unknown) => `payment result ${guid}`

export function createSessionSeal(sealer: Sealer): SessionSeal {
  return {
    sealRequested: (guid, requested) =>
      sealer.seal(requestedOf(guid), Buffer.from(JSON.stringify(requested))),
    openRequested: (guid, sealed) => JSON.parse(sealer.open(requestedOf(guid), sealed).toString()),
    sealResult: (guid, text) => sealer.seal(resultOf(guid), Buffer.from(text)),
    openResult: (guid, sealed) => sealer.open(resultOf(guid), sealed).toString(),
  }
}

const ofSession = { table: 'payment_session', key: ['guid'] } as const

/** What sessions keep of their requests, and their results. */
export const sealedSessions = [
  sealedColumn({
    ...ofSession,
    what: 'requests',
    column: 'sealed_payment_data',
    purposes: ({ guid }) => [requestedOf(guid)],
  }),
  sealedColumn({
    ...ofSession,
    what: 'results',
    column: 'sealed_result',
    purposes: ({ guid }) => [resultOf(guid)],
  }),
]
