import type { SandboxCard } from '../simulator-page-data.ts'
import type { Line } from './lines.ts'

/** Who can be told what to do in a scenario. Each resolves when it has been done. */
export interface Stage {
  /** Says what happens next, and leaves time to read it. */
  say(line: Line): Promise<void>
  readonly program: {
    asksForToken(): Promise<void>
    opensSession(configurationId?: number): Promise<void>
    opensDigitalSession(): Promise<void>
    cancels(): Promise<void>
    /** Waits until the session has ended. */
    readsTheEnd(): Promise<void>
    /** Waits until the outcome of a session that has ended is known. */
    readsTheOutcome(): Promise<void>
  }
  readonly caller: {
    calls(): Promise<void>
    types(keys: string): Promise<void>
    /** As a telephone types that sends each key twice. */
    typesDoubled(keys: string): Promise<void>
    hangsUp(): Promise<void>
  }
  readonly customer: {
    /** Opens the link and pays there with the card; the bank is told yes, where it asks. */
    pays(card: SandboxCard): Promise<void>
  }
  readonly agent: {
    reloads(): Promise<void>
    turnsOnSlowMode(): Promise<void>
    sendsLink(): Promise<void>
  }
  trouble(trouble: 'in-band-tones' | 'audio-lost' | 'audio-back'): Promise<void>
}

/** What scenarios are played with. */
export interface Props {
  readonly cards: readonly SandboxCard[]
  /** MMYY. */
  readonly expiry: string
  readonly shortTimeoutConfigurationId: number
}
