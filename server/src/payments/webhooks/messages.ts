import { NotSealedHere } from '../../base/seal.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Connection } from '../../store/store.ts'
import type { WebhookEvent } from '../configurations/webhook-events.ts'
import type { DeliveryAttempt } from './attempt.ts'
import { type HeldRow, prepareMessageRows } from './message-rows.ts'
import { createSettle, loggedAttempts, type SettleMessage } from './settle-message.ts'
import type { Receiver, WebhookMessage } from './webhook-message.ts'

/** The messages to webhooks in the store. What waits is in the order of its due time, for each receiver apart. */
export interface Messages {
  /**
   * Writes a message with what it tells, once that has written the session's row. A status that has a former one
   * before it waits for it.
   */
  add(tx: Connection, message: WebhookMessage): Promise<'held' | 'after-another' | 'there-already'>
  /** The next receiver, in the order of their ids, for whom something waits, and since when. */
  nextReceiver(after: Receiver): Promise<(Receiver & { readonly dueAt: number }) | undefined>
  /** What nodes held that are not there any more is due at once. */
  takeBack(now: number): Promise<void>
  /** Takes messages that are due, so that nobody else sends them before `heldUntil`. */
  hold(receiver: Receiver, now: number, heldUntil: number, most: number): Promise<readonly WebhookMessage[]>
  /** Gives messages back that were not sent. */
  release(messages: readonly WebhookMessage[], now: number): Promise<void>
  /** It is sent again later. */
  postpone(message: WebhookMessage, attempt: DeliveryAttempt, dueAt: number): Promise<void>
  readonly settle: SettleMessage
}

const purposeOf = (id: string) => `webhook ${id}`

/** The bodies of messages that wait. */
export const sealedMessages = sealedColumn({
  what: 'messages to webhooks',
  table: 'webhook_delivery',
  column: 'sealed_body',
  key: ['id'],
  purposes: ({ id }) => [purposeOf(String(id))],
})

export function createMessages({ store, sealer }: Pick<StoreParts, 'store' | 'sealer'>): Messages {
  const rows = prepareMessageRows(store)

  function messageOf(row: HeldRow, heldUntil: number): WebhookMessage {
    return {
      id: row.id,
      accountId: row.account_id,
      configurationId: row.configuration_id,
      sessionGuid: row.session_guid,
      type: row.type as WebhookEvent | null,
      heldUntil,
      keptUntil: row.kept_until,
      deliveredAt: row.delivered_at,
      body: row.sealed_body ? opened(row.id, row.sealed_body) : undefined,
      attempts: JSON.parse(row.attempts),
    }
  }

  /** One that was sealed under another key holds up no other. */
  function opened(id: string, sealed: Uint8Array): Buffer | undefined {
    try {
      return sealer.open(purposeOf(id), sealed)
    } catch (error) {
      if (error instanceof NotSealedHere) return undefined
      throw error
    }
  }

  return {
    async add(tx, message) {
      const { id, accountId, configurationId, sessionGuid, type, heldUntil, keptUntil } = message
      const { body = Buffer.alloc(0) } = message
      const row = {
        ...{ id, accountId, configurationId, sessionGuid, keptUntil, dueAt: heldUntil, node: store.nodeId },
        sealed: sealer.seal(purposeOf(id), body),
      }
      const [added] = await Promise.all(
        type === null
          ? [rows.insert.first(tx, row), rows.keepResult.run(tx, { sessionGuid, keptUntil })]
          : [rows.insertEvent.first(tx, { ...row, type })],
      )
      if (!added) return 'there-already'
      return added.due_at === null ? 'after-another' : 'held'
    },

    async nextReceiver({ accountId, configurationId }) {
      const row = await rows.nextReceiver.first(store.reader, { accountId, configurationId })
      if (!row || row.due_at === null) return
      return { accountId: row.account_id, configurationId: row.configuration_id, dueAt: row.due_at }
    },

    async takeBack(now) {
      if (await rows.heldByNobody.first(store.reader, {}))
        await store.write((tx) => rows.takeBack.run(tx, { now }))
    },

    async hold({ accountId, configurationId }, now, heldUntil, most) {
      const held = await store.write((tx) =>
        rows.hold.all(tx, { accountId, configurationId, now, heldUntil, node: store.nodeId, most }),
      )
      return held.map((row) => messageOf(row, heldUntil))
    },

    async release(messages, now) {
      await store.write(async (tx) => {
        for (const { id, heldUntil } of messages) await rows.release.run(tx, { id, heldUntil, now })
      })
    },

    async postpone({ id, heldUntil, attempts }, attempt, dueAt) {
      const log = loggedAttempts(attempts, [attempt])
      await store.write((tx) => rows.postpone.run(tx, { id, heldUntil, dueAt, log }))
    },

    settle: createSettle({ store, rows }),
  }
}
