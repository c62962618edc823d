import type { Language } from './languages.ts'

/** One key of a telephone keypad. */
export type Tone = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#'

/**
 * What goes wrong in a call: tones can be heard by the agent; nothing is heard any more, or it is again; keys were pressed
 * that did not arrive; it is not certain any more that nobody else hears them, or it is again.
 */
export type CallTrouble =
  | 'in-band-tones'
  | 'audio-lost'
  | 'audio-back'
  | 'keys-lost'
  | 'line-lost'
  | 'line-secured'

/** Who ended a call. */
export type CallEnd = 'caller' | 'agent' | 'platform'

/** What somebody holding the caller's telephone knows. */
export interface TelephoneState {
  readonly call: 'connected' | 'ended'
  /** Whether the keys go to a listener, and not to the agent. */
  readonly secured: boolean
  /** What the caller hears, or heard last; null when nothing was said. */
  readonly said: { readonly text: string; readonly language: Language } | null
}
