import type { BlockMode, unblockMode } from './block-mode.ts'

/** One side of a call. */
export interface Leg {
  readonly 'call-id': string
  readonly 'from-tag': string
}

interface OneWay {
  /** The leg that is named and not the whole call: without it, versions from 12.4 block the whole call. */
  readonly flags: readonly ['directional']
}

/** What an engine is asked to do: every command that Tonegate sends, in the only forms in which it may be sent. */
export type NgCommand =
  | { readonly command: 'statistics' }
  | { readonly command: 'query'; readonly 'call-id': string }
  | ({ readonly command: 'block DTMF' } & Leg & BlockMode)
  | ({ readonly command: 'unblock DTMF' } & Leg & typeof unblockMode)
  | ({ readonly command: 'block media' | 'unblock media' } & Leg & OneWay)
  | ({ readonly command: 'play media'; readonly file: string } & Leg)
  | ({ readonly command: 'stop media' } & Leg)
  /** Never `pause recording`: there are versions that answer `ok` and go on recording. */
  | { readonly command: 'stop recording' | 'start recording'; readonly 'call-id': string }

/** What an engine says to a command that it did. */
export type NgAnswer = Readonly<Record<string, unknown>>
