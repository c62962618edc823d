import type { SessionResult } from '@tonegate/protocol/outcome'
import type { EntryMode, ViewState } from '@tonegate/protocol/view-state'
import type { Challenged, ChargeAttempt, Charging } from '../charge/attempt.ts'
import type { UnderWay } from '../charge/under-way.ts'
import type { CardFields, EnteredBefore } from '../fields/card-fields.ts'
import type { ChargedCard } from '../fields/sealed-card.ts'
import { type LinkProgress, unsentLink } from '../links/payment-link.ts'
import type { Course } from '../model/course.ts'
import type { SessionStage } from '../model/session-meter.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import type { HeardTones } from './call-warnings.ts'

/** What of a session's course outlives the process, beside its sealed fields. */
export interface Progress extends EnteredBefore {
  /** Somebody opened a page or pressed a key. */
  readonly begun: boolean
  readonly slowMode: boolean
  readonly hungUp: boolean
  readonly entry: EntryMode
  /** Null: as the flow says. */
  readonly interDigitSeconds: number | null
  readonly link: LinkProgress
  readonly tones: HeardTones
}

export const noProgress = (entry: EntryMode): Progress => ({
  begun: false,
  slowMode: false,
  hungUp: false,
  wrong: { pan: 0, expiry: 0, securityCode: 0 },
  withoutSecurityCode: false,
  entry,
  interDigitSeconds: null,
  link: unsentLink,
  tones: 'none',
})

/** What a capture session asks of the vault around it. */
export interface CardEntryHost {
  /** Keeps what outlives the process, some time soon. */
  keep(fields: CardFields, progress: Progress): void
  /** Resolves when what was kept last is durable; rejects when it could not be written. */
  kept(): Promise<void>
  /** Accounts for work that the process waits for before it ends. */
  readonly track: UnderWay['track']
  /** Writes down what happened, along with what is kept. */
  readonly note: Course['note']
  /** What has happened is written, and whoever follows the session is told of it. */
  progressed(): void
  /**
   * Resolves with the end of the session, and rejects as soon as it turns out that it cannot be written at the moment: it
   * is tried again all the same.
   *
   * @throws {StoreUnavailable}
   */
  orUnwritten(ended: Promise<void>): Promise<void>
  /** Ends the session, as a part of the trace of its launch; where that is not traced, just ends it. */
  inTrace<T>(name: 'charge' | 'end session', work: () => Promise<T>): Promise<T>
  /** Called once, when the session is taken up by anybody. */
  begun(): void
  /** Something may have to be done at this time: {@link OpenCardEntry.tick}. */
  due(at: number): void
  /**
   * Writes down that the gateway is going to be asked; `undefined` where the session's row forbids it. Rejects when
   * nothing has been asked.
   */
  recordAttempt(charging: Charging): Promise<ChargeAttempt | undefined>
  /** Asks the gateway; resolves when the result is durable. */
  authorise(attempt: ChargeAttempt, charging: Charging): Promise<SessionResult>
  /**
   * Ends a session that nothing was charged for; resolves when that is durable and reported, or with `otherwise` where
   * the row has another end, or will have.
   */
  end(result: SessionResult, last: ViewState): Promise<'ended' | 'otherwise'>
  /** How the session's row says that it has ended, once it does: another server works on it. */
  endOfRow(): Promise<SessionResult>
  /** The session has ended as its row says; resolves when its result was reported. */
  ended(last: ViewState): Promise<void>
  readonly viewAccess: OpenSession['viewAccess']
  readonly closeView: OpenSession['closeView']
  readonly renew: OpenSession['renew']
  readonly addRefreshToken: OpenSession['addRefreshToken']
}

/** A {@link OpenSession}, as the vault itself sees it. */
export interface OpenCardEntry extends OpenSession {
  /** Charges the kept card of its launch, once; harmless where that has begun, or there is none. */
  chargeKept(): void
  /** Sends the link that was about to be sent at the launch. */
  sendPendingLink(): Promise<void>
  /** Sends the link that was being sent when the process before this one ended; once more, and no more. */
  resendPendingLink(): Promise<void>
  readonly fields: CardFields
  /** Where it is; `ended` while its end is being written. */
  stage(): SessionStage | 'ended'
  /** Does what is due, and returns when something is due next; `Infinity` for never. */
  tick(): number
  /** The process is about to end: wipes the digits, and takes nothing more. What is being charged goes on. */
  suspend(): void
  /** A charge that the process before this one began: the session waits for what becomes of it. */
  resumeCharge(
    card: ChargedCard | undefined,
    charge: (challenged: Challenged) => Promise<SessionResult>,
  ): Promise<void>
  /** Another server has ended the session. */
  endedElsewhere(): void
}
