import type { Parts } from '../../base/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { Deliveries } from './deliveries.ts'
import type { Messages } from './messages.ts'
import { tryingMilliseconds } from './retry-times.ts'
import type { Receiver, WebhookMessage } from './webhook-message.ts'

/** What a session has to say. */
export interface News extends Receiver {
  readonly sessionGuid: string
  /** The status, as it is answered at this moment. */
  readonly body: string
}

/** Puts a message where it is not lost: in the transaction that records what it tells. */
export interface WebhookOutbox {
  write(tx: Connection, news: News): Promise<Written>
}

/** A message that was written. */
export interface Written {
  /** Sends it, once the transaction is durable. */
  send(): void
}

export function createWebhookOutbox({
  clock,
  newGuid,
  messages,
  deliveries,
}: Pick<Parts, 'clock' | 'newGuid'> & {
  readonly messages: Messages
  readonly deliveries: Pick<Deliveries, 'heldUntil' | 'take'>
}): WebhookOutbox {
  return {
    async write(tx, { accountId, configurationId, sessionGuid, body }) {
      const message: WebhookMessage = {
        id: newGuid(),
        accountId,
        configurationId,
        sessionGuid,
        heldUntil: deliveries.heldUntil({ accountId, configurationId }),
        keptUntil: clock.now() + tryingMilliseconds,
        deliveredAt: null,
        body: Buffer.from(body),
        attempts: [],
      }
      const added = await messages.add(tx, message)
      return { send: () => (added === 'held' ? deliveries.take(message) : undefined) }
    },
  }
}
