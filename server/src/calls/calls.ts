import type { CallEnd, CallTrouble, Tone } from '@tonegate/protocol/telephone'
import type { Guid } from '../base/guid.ts'
import type { Said } from './line-control.ts'

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
  hungUp(by: CallEnd | undefined): void
}

/** What a call is secured for. */
export interface Securing {
  /** The vault's session. */
  readonly sessionGuid: Guid
  /** Whose call it has to be still, if it matters. */
  readonly agentId?: string | undefined
  /** What becomes of the call's recording for as long (contract/calls §4). */
  readonly recording: 'continue' | 'pause'
  readonly listener: CallListener
}

/** A call whose line is secured, or is to be released still. */
export interface LeftCall {
  readonly callGuid: Guid
  readonly sessionGuid: Guid
  readonly recording: Securing['recording']
}

/** By whom a call is taken up: whoever has its session takes it from any node, others only where no node has it. */
export type TakingUp = Securing & { readonly from: 'any-node' | 'no-node' }

/** The telephone: which call is the agent on, and its tones. */
export interface Calls {
  /** The call that the agent is active on; `no-platform` where no telephone platform tells of the account's calls at all. */
  findLiveCall(accountId: number, agentId: string): Promise<Call | 'no-call' | 'no-platform'>
  /**
   * Moves a call's tones away from the agent and the recording, to the listener alone, until it is released or ends. The
   * listener hears `line-lost` when that is not certain any more, and `line-secured` when it is again; no tone comes in
   * between.
   *
   * @throws {Problem} `no-live-call` when it has ended or is another agent's by now, `telephone-unavailable` when its platform does not confirm it: the
   *   call is then given back as it was.
   */
  secure(callGuid: Guid, securing: Securing): Promise<void>
  /** Those whose lines are secured, or are to be released still, by no node that is there. */
  left(): Promise<readonly LeftCall[]>
  /** The call whose line is secured for a session, by whichever node. */
  leftOf(sessionGuid: Guid): Promise<LeftCall | undefined>
  /**
   * Secures such a call again, until that is confirmed: the listener hears `line-lost` first.
   *
   * @throws {Problem} `no-live-call` when it has ended, or is another session's or another node's by now.
   */
  takeUp(callGuid: Guid, taking: TakingUp): Promise<void>
  /** Says something to the caller alone, in place of what was being said. Harmless for a call that has ended. */
  say(callGuid: Guid, said: Said): Promise<void>
  /** Gives the tones back, if they go to this listener still, until that is confirmed. Harmless for a call that has ended. */
  release(callGuid: Guid, listener: CallListener): Promise<void>
}
