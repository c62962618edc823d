import type { Guid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { WebhookEvent } from '../configurations/webhook-events.ts'
import type { Deliveries } from './deliveries.ts'
import type { Messages } from './messages.ts'
import { triedMilliseconds } from './retry-times.ts'
import type { Receiver, WebhookMessage } from './webhook-message.ts'

/** What a session has to say. */
export interface News extends Receiver {
  readonly sessionGuid: Guid
  /** The status, as it is answered at this moment. */
  readonly body: string
}

/** What is sent besides. */
export interface EventNews extends News {
  /** The `webhook-id`: what is written is not written again. */
  readonly id: Guid
  readonly type: WebhookEvent
}

/** Puts a message where it is not lost: in the transaction that records what it tells. */
export interface WebhookOutbox {
  write(tx: Connection, news: News): Promise<Written>
  writeEvent(tx: Connection, news: EventNews): Promise<Written>
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
  async function add(
    tx: Connection,
    news: News & { readonly id: Guid; readonly type: WebhookEvent | null },
  ): Promise<Written> {
    const { accountId, configurationId, body } = news
    const message: WebhookMessage = {
      ...news,
      heldUntil: deliveries.heldUntil({ accountId, configurationId }),
      keptUntil: clock.now() + triedMilliseconds(news.type),
      deliveredAt: null,
      body: Buffer.from(body),
      attempts: [],
    }
    const added = await messages.add(tx, message)
    return { send: () => (added === 'held' ? deliveries.take(message) : undefined) }
  }

  return {
    write: (tx, news) => add(tx, { ...news, id: newGuid(), type: null }),
    writeEvent: add,
  }
}
