import type { Stop } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { Launch, Launched } from './launch.ts'
import type { FieldError, FieldName, ViewState } from './view-state.ts'

/** A card as a customer typed it into the payment page. */
export interface TypedCard {
  readonly pan: string
  /** MMYY. */
  readonly expiry: string
  readonly securityCode: string
}

/** An open capture session. Every operation leaves the state that {@link LiveCapture.view} then shows. */
export interface LiveCapture {
  readonly guid: Guid
  readonly launch: Launch
  view(): ViewState
  /** Calls back after every change, the end included. */
  subscribe(listener: (state: ViewState) => void): Stop
  /** A page of the session was opened; counts as activity. */
  opened(): void
  /** A key of the caller's telephone. Ignored where no digit is expected. */
  press(tone: string): 'taken' | 'ignored'
  callerHungUp(): void
  /** Asks for one field again, alone. @throws {Problem} `not-possible-now` once the gateway has been asked. */
  ask(field: FieldName): void
  slowMode(on: 'on' | 'off'): void
  /**
   * Takes the payment. Resolves when the session has ended; while the gateway is being asked, another call
   * joins the first and charges nothing.
   *
   * @throws {Problem} `not-possible-now` unless all fields are complete.
   */
  pay(): Promise<void>
  /** @throws {Problem} `not-possible-now` once the gateway has been asked. */
  cancel(): Promise<void>
  /**
   * The payment page's form: checks all three fields, and charges when they are right.
   * Resolves when the session has ended or with what is wrong with the fields.
   */
  submitCard(card: TypedCard): Promise<Readonly<Partial<Record<FieldName, FieldError>>>>
  /** SHA-256 of the link's secret. */
  readonly linkSha256: Uint8Array
  /** Uses up a refresh token of the agent view and returns its successor; `undefined` when it is not one. */
  renew(refreshToken: string): Promise<string | undefined>
}

export interface CaptureSessions {
  /** Opens a capture session. */
  launch(launch: Launch): Promise<Launched>
  /** An open session; `undefined` when it is unknown or has ended. */
  find(guid: Guid): LiveCapture | undefined
}
