import type { DeliveryAttempt } from './attempt.ts'

/** A message that this process has taken on: nobody else sends it until `heldUntil`. */
export interface WebhookMessage {
  /** The `webhook-id`. */
  readonly id: string
  readonly accountId: number
  readonly configurationId: number
  readonly sessionGuid: string
  readonly heldUntil: number
  readonly keptUntil: number
  /** When it was delivered for the first time; it is sent again because somebody asked for it. */
  readonly deliveredAt: number | null
  /** Undefined once its data were removed, and where they do not open. */
  readonly body: Buffer | undefined
  readonly attempts: readonly DeliveryAttempt[]
}

/** Whose webhook messages are for. */
export type Receiver = Pick<WebhookMessage, 'accountId' | 'configurationId'>
