import type { Language } from '../base/languages.ts'
import type { SandboxCard } from '../vault/gateways/sandbox-cards.ts'

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
  readonly agent: SimulatedAgent
  /** Who plays where that agent is on another call. */
  readonly otherAgents: readonly SimulatedAgent[]
  readonly cards: readonly SandboxCard[]
  /** MMYY, for every card. */
  readonly expiry: string
  /** The configuration whose waits are short. */
  readonly impatientConfigurationId: number
  /** Milliseconds between two keys of a caller who is played. */
  readonly keyGap: number
}
