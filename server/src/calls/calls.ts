import type { Guid } from '../base/guid.ts'

/** A call that an agent is on. */
export interface Call {
  readonly callGuid: Guid
  readonly agentId: string
}

/** One key of a telephone keypad. */
export type Tone = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#'

/** Hears a secured call. */
export interface CallListener {
  tone(tone: Tone): void
  hungUp(): void
}

/** The telephone: which call is the agent on, and its tones. */
export interface Calls {
  /** The call that the agent is on, if there is one. */
  findLiveCall(accountId: number, agentId: string): Promise<Call | undefined>
  /**
   * Moves a call's tones away from the agent and the recording, to the listener alone, until it is released
   * or ends.
   *
   * @throws {Problem} `no-live-call` when it has ended.
   */
  secure(callGuid: Guid, listener: CallListener): Promise<void>
  /** Gives the tones back. Harmless for a call that has ended. */
  release(callGuid: Guid): Promise<void>
}
