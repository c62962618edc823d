import type { CaptureResult } from './capture-result.ts'
import type { LiveCapture } from './capture-sessions.ts'
import type { CardFields, WrongEntries } from './fields/card-fields.ts'
import type { GatewayCard } from './gateway.ts'
import type { ChargedCard } from './sealed-card.ts'
import type { UnderWay } from './under-way.ts'

/** What of a session's course outlives the process, beside its sealed fields. */
export interface Progress {
  /** Somebody opened a page or pressed a key. */
  readonly begun: boolean
  readonly slowMode: boolean
  readonly hungUp: boolean
  readonly wrong: WrongEntries
}

export const noProgress: Progress = {
  begun: false,
  slowMode: false,
  hungUp: false,
  wrong: { pan: 0, expiry: 0, securityCode: 0 },
}

/** A card that is ready to be charged. */
export interface Charging {
  readonly card: GatewayCard
  readonly charged: ChargedCard
  readonly channel: 'moto' | 'ecommerce'
  /** Overwrites the digits. */
  wipe(): void
}

/** What a capture session asks of the vault around it. */
export interface CaptureHost {
  /** Keeps what outlives the process, some time soon. */
  keep(fields: CardFields, progress: Progress): void
  /** Accounts for work that the process waits for before it ends. */
  readonly track: UnderWay['track']
  /** Called once, when the session is taken up by anybody. */
  begun(): void
  /** Something may have to be done at this time: {@link Capture.tick}. */
  due(at: number): void
  /** Writes down that the gateway is going to be asked. Rejects when nothing has been asked. */
  recordAttempt(charging: Charging): Promise<void>
  /** Asks the gateway; resolves when the result is durable. */
  authorise(charging: Charging): Promise<CaptureResult>
  /** Ends a session that nothing was charged for; resolves when that is durable and reported. */
  end(result: CaptureResult): Promise<void>
  /** A charged session has ended; resolves when its result was reported. */
  ended(result: CaptureResult): Promise<void>
}

/** A {@link LiveCapture}, as the vault itself sees it. */
export interface Capture extends LiveCapture {
  readonly fields: CardFields
  /** Does what is due, and returns when something is due next; `Infinity` for never. */
  tick(): number
  /** The process is about to end: wipes the digits, and takes nothing more. What is being charged goes on. */
  suspend(): void
  /** A charge that the process before this one began: the session waits for what becomes of it. */
  resumeCharge(card: ChargedCard | undefined, charge: Promise<CaptureResult>): Promise<void>
}
