import type { Language } from '@tonegate/protocol/languages'
import type { CallTrouble, Tone } from '@tonegate/protocol/telephone'
import type { Guid } from '../base/guid.ts'

/** A call that an agent is on. */
export interface Call {
  readonly callGuid: Guid
  readonly agentId: string
}

/** Hears a secured call. */
export interface CallListener {
  /** @param at when the key was pressed, as the telephone knows it: a tone may arrive late. Milliseconds since the epoch. */
  tone(tone: Tone, at: number): void
  trouble(trouble: CallTrouble): void
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
  /** Says something to the caller alone, in place of what was being said. Harmless for a call that has ended. */
  say(callGuid: Guid, said: { readonly text: string; readonly language: Language }): Promise<void>
  /** Gives the tones back, if they go to this listener still. Harmless for a call that has ended. */
  release(callGuid: Guid, listener: CallListener): Promise<void>
}
