import type { Guid } from '../../base/guid.ts'
import type { WebhookEvent } from '../configurations/webhook-events.ts'
import type { DeliveryAttempt } from './attempt.ts'

/** A message that this process has taken on: nobody else sends it until `heldUntil`. */
export interface WebhookMessage {
  /** The `webhook-id`. */
  readonly id: Guid
  readonly accountId: number
  readonly configurationId: number
  readonly sessionGuid: Guid
  /** Null: the status of a session that has ended. */
  readonly type: WebhookEvent | null
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
