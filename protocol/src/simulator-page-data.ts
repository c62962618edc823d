import type { Language } from './languages.ts'
import type { DeclineReason } from './outcome.ts'

/** An agent of the sandbox's telephone, which knows every name. */
export interface SimulatedAgent {
  readonly agentId: string
  readonly name: string
}

/** What the simulator's script finds in its page, under the id `simulator-data`. */
export interface SimulatorPageData {
  readonly language: Language
  readonly region: string
  /** Where programs find the token endpoint and the Payment API; the page itself asks its own host. */
  readonly tokenUrl: string
  readonly apiUrl: string
  /** The program that the page plays. */
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  /** What the documentation’s “try it” speaks with for other programs: a page in a browser, a phone platform, a desktop. */
  readonly signIn: { readonly clientId: string; readonly redirectUri: string }
  readonly platformKey: string
  readonly provider: {
    readonly tenantname: string
    readonly username: string
    readonly clientId: string
    readonly clientSecret: string
  }
  readonly agent: SimulatedAgent
  /** Who plays where that agent is on another call. */
  readonly otherAgents: readonly SimulatedAgent[]
  readonly cards: readonly SandboxCard[]
  /** MMYY, for every card. */
  readonly expiry: string
  /** The configuration whose waits are short. */
  readonly shortTimeoutConfigurationId: number
  /** Milliseconds between two keys of a caller who is played. */
  readonly keyGap: number
}

/**
 * What the sandbox gateway does with a card. `late-answer`: approved, five seconds after the flow stopped
 * waiting. `no-answer`: never a word, and nothing is known of the payment afterwards. `lost-answer`: approved,
 * but only reconciliation finds out. `challenge`: on the payment page the customer's bank asks the customer, and its
 * answer decides; on a keypad nobody can be asked, and it is approved. `other-amount`: the gateway says that it
 * approved another amount than it was asked for, which nobody may believe.
 */
type SandboxOutcome =
  | 'approved'
  | 'declined'
  | 'review'
  | 'error'
  | 'no-answer'
  | 'late-answer'
  | 'lost-answer'
  | 'challenge'
  | 'other-amount'

/** A card of the sandbox. Any expiry that has not passed will do, and any security code of the right length. */
export interface SandboxCard {
  readonly pan: string
  /** As `credit-card-type` names it. */
  readonly brand: string
  readonly outcome: SandboxOutcome
  readonly declineReason?: DeclineReason
}
