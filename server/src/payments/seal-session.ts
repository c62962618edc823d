import type { Sealer } from '../base/seal.ts'
import type { Order } from '../vault/launch.ts'
import type { PaymentData } from './read-create-request.ts'

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

export function createSessionSeal(sealer: Sealer): SessionSeal {
  return {
    sealRequested: (guid, requested) =>
      sealer.seal(`payment data ${guid}`, Buffer.from(JSON.stringify(requested))),
    openRequested: (guid, sealed) => JSON.parse(sealer.open(`payment data ${guid}`, sealed).toString()),
    sealResult: (guid, text) => sealer.seal(`payment result ${guid}`, Buffer.from(text)),
    openResult: (guid, sealed) => sealer.open(`payment result ${guid}`, sealed).toString(),
  }
}
