import type { AgentWordsKey } from './agent-words.ts'
import type { Guid } from './guid.ts'
import type { Language } from './languages.ts'
import type { EntryMode, LinkChannel, ViewState } from './view-state.ts'

/** What the agent view's script finds in its page, under the id `view-data`. */
export interface ViewPageData {
  /** The path of the view's own endpoints: `/session/7/view/0198…`. */
  readonly path: string
  /** The session's id in messages to the page that frames the view. */
  readonly session: Guid
  readonly language: Language
  readonly tokens: FirstTokens
  readonly state: ViewState
  /** The caller's telephone number as the phone system told it, for the agent alone; `null` where it did not. */
  readonly callerNumber: string | null
  /** What is to be paid, in the page's language: a browser's `Intl` may know other decimals and signs. */
  readonly amount: string
  /** What the session was opened for. */
  readonly entry: EntryMode
  /** Whether the caller may confirm with 1. */
  readonly confirmByKeypad: boolean
  readonly channels: readonly LinkTarget[]
  /** The configuration's own words to say, in the page's language. */
  readonly agentWords: Readonly<Partial<Record<AgentWordsKey, string>>>
  /** The server's time, in milliseconds since the epoch: a browser's clock may be wrong. */
  readonly now: number
  readonly host: HostPage
  /** Where the page goes when the session has ended; `null` when it stays. */
  readonly returnUrl: string | null
}

/** The tokens that a page begins with. Without a refresh token it uses its window's own, or gets itself one. */
export interface FirstTokens {
  readonly accessToken: string
  readonly refreshToken?: string
  /** After so many seconds the pair is to be renewed. */
  readonly renewInSeconds: number
}

/** The tokens of the agent view, renewed long before the first of them ends. */
export interface ViewTokenPair extends FirstTokens {
  readonly refreshToken: string
  /** The server's time, in milliseconds since the epoch. */
  readonly now: number
}

/** A channel that this server sends links by. */
export interface LinkTarget {
  readonly channel: LinkChannel
  /** The customer's address as the program sent it along, all but its end hidden; `null` when it did not. */
  readonly to: string | null
}

/** Who may be told of the session by messages. */
export interface HostPage {
  /** The sources that may frame the view. */
  readonly frameAncestors: readonly string[]
  /** Those of them that are told of every change. */
  readonly stateMessages: readonly string[]
  /** The origin of the page that opened the view, as the browser named it; `null` when it did not. */
  readonly origin: string | null
}
