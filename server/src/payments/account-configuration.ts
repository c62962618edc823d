import type { Flow } from '../vault/launch.ts'

/** How an account takes payments. */
export interface AccountConfiguration {
  readonly id: number
  readonly name: string
  /** Which of a gateway's result keys the result carries. */
  readonly resultTemplate: 'cybersource' | 'orbital'
  /** ISO 4217; for requests that name none. */
  readonly defaultCurrency: string
  readonly flow: Omit<Flow, 'lifetimeSeconds'>
  readonly agentAssistLifetimeSeconds: number
  readonly digitalLifetimeSeconds: number
}
