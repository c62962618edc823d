import type { Flow } from '../../vault/model/launch.ts'
import type { ResultSettings } from '../results/result-template.ts'
import type { ProviderSettings } from './provider-settings.ts'
import type { WebhookSettings } from './webhook-settings.ts'

/** How an account takes payments. */
export interface AccountConfiguration extends ResultSettings {
  readonly id: number
  readonly name: string
  /** ISO 4217; for requests that name none. */
  readonly defaultCurrency: string
  /** `idleSeconds` here is that of agent assist. */
  readonly flow: Omit<Flow, 'lifetimeSeconds'>
  readonly agentAssistLifetimeSeconds: number
  readonly digitalLifetimeSeconds: number
  /** A link lies unread for hours and is still good, so this is mostly its whole lifetime. */
  readonly digitalIdleSeconds: number
  /** Who is told how a session ended; absent: nobody. */
  readonly webhook?: WebhookSettings
  /** Who takes the cards; absent: the vault of this process. */
  readonly provider?: ProviderSettings
}
