import { LRUCache } from 'lru-cache'
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
  /** A result that is asked for again and again is opened once. */
  openResult(sessionGuid: string, sealed: Uint8Array): string
  /** Forgets the results that were opened, because some of them have been removed. */
  forgetResults(): void
}

const mostOpened = 1000

export function createSessionSeal(sealer: Sealer): SessionSeal {
  const opened = new LRUCache<string, { readonly sealed: Uint8Array; readonly text: string }>({
    max: mostOpened,
  })
  return {
    sealRequested: (guid, requested) =>
      sealer.seal(`payment data ${guid}`, Buffer.from(JSON.stringify(requested))),
    openRequested: (guid, sealed) => JSON.parse(sealer.open(`payment data ${guid}`, sealed).toString()),
    sealResult: (guid, text) => sealer.seal(`payment result ${guid}`, Buffer.from(text)),
    openResult(guid, sealed) {
      const before = opened.get(guid)
      if (before && Buffer.compare(before.sealed, sealed) === 0) return before.text
      const text = sealer.open(`payment result ${guid}`, sealed).toString()
      opened.set(guid, { sealed, text })
      return text
    },
    forgetResults: () => opened.clear(),
  }
}
