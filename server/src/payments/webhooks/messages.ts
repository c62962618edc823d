import { NotSealedHere } from '../../base/seal.ts'
import type { StoreParts } from '../../store/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Connection, Store } from '../../store/store.ts'
import type { WebhookDeliveryTable } from '../../store/tables.ts'
import { resultMilliseconds } from '../retention.ts'
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

/** The messages to webhooks in the store. What waits is in the order of its due time, for each receiver apart. */
export interface Messages {
  /** Writes a message with the session's end. One that has a former one before it waits for it. */
  add(tx: Connection, message: WebhookMessage): Promise<'held' | 'after-another'>
  /** The next receiver, in the order of their ids, for whom something waits, and since when. */
  nextReceiver(after: Receiver): Promise<(Receiver & { readonly dueAt: number }) | undefined>
  /** Takes messages that are due, so that nobody else sends them before `heldUntil`. */
  hold(receiver: Receiver, now: number, heldUntil: number, most: number): Promise<readonly WebhookMessage[]>
  /** Gives messages back that were not sent. */
  release(messages: readonly WebhookMessage[], now: number): Promise<void>
  /** It is sent again later. */
  postpone(message: WebhookMessage, attempt: DeliveryAttempt, dueAt: number): Promise<void>
  /**
   * It was delivered, given up after 12 hours, or at once because the receiver takes no more: then it can be sent again for
   * as long as one that was delivered. Whatever its session has to say next is due at once.
   */
  settle(
    message: WebhookMessage,
    attempts: readonly DeliveryAttempt[],
    end: 'delivered' | 'given-up' | 'gone',
    now: number,
  ): Promise<void>
}

/** The log of a message that is tried for 12 hours has some 150. */
const maxAttempts = 300

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
  const statements = prepareStatements(store)

  function messageOf(row: HeldRow, heldUntil: number): WebhookMessage {
    return {
      id: row.id,
      accountId: row.account_id,
      configurationId: row.configuration_id,
      sessionGuid: row.session_guid,
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
      const {
        id,
        accountId,
        configurationId,
        sessionGuid,
        heldUntil,
        keptUntil,
        body = Buffer.alloc(0),
      } = message
      const former = await statements.firstWaiting.first(tx, { sessionGuid })
      await statements.insert.run(tx, {
        id,
        accountId,
        configurationId,
        sessionGuid,
        keptUntil,
        dueAt: former ? null : heldUntil,
        sealed: sealer.seal(purposeOf(id), body),
      })
      return former ? 'after-another' : 'held'
    },

    async nextReceiver({ accountId, configurationId }) {
      const row = await statements.nextReceiver.first(store.reader, { accountId, configurationId })
      if (!row || row.due_at === null) return
      return { accountId: row.account_id, configurationId: row.configuration_id, dueAt: row.due_at }
    },

    async hold({ accountId, configurationId }, now, heldUntil, most) {
      const held = await store.write((tx) =>
        statements.hold.all(tx, { accountId, configurationId, now, heldUntil, most }),
      )
      return held.map((row) => messageOf(row, heldUntil))
    },

    async release(messages, now) {
      await store.write(async (tx) => {
        for (const { id, heldUntil } of messages) await statements.release.run(tx, { id, heldUntil, now })
      })
    },

    async postpone({ id, heldUntil, attempts }, attempt, dueAt) {
      const log = JSON.stringify([...attempts, attempt].slice(-maxAttempts))
      await store.write((tx) => statements.postpone.run(tx, { id, heldUntil, dueAt, log }))
    },

    async settle(message, made, end, now) {
      const { id, sessionGuid, keptUntil, deliveredAt } = message
      const isFirst = deliveredAt === null
      const removalAt = end === 'given-up' ? now : now + resultMilliseconds
      const state = end === 'delivered' ? ('delivered' as const) : ('given-up' as const)
      const change = {
        id,
        state: isFirst ? state : ('delivered' as const),
        deliveredAt: isFirst && end === 'delivered' ? now : deliveredAt,
        keptUntil: isFirst && end !== 'given-up' ? removalAt : keptUntil,
        log: JSON.stringify([...message.attempts, ...made].slice(-maxAttempts)),
      }
      await store.write(async (tx) => {
        if (isFirst) await statements.setRemoval.run(tx, { sessionGuid, removalAt })
        else await statements.touchSession.run(tx, { sessionGuid })
        if ((await statements.settle.run(tx, change)) === 0) return
        const next = await statements.firstWaiting.first(tx, { sessionGuid })
        if (!next) return
        await statements.setRemoval.run(tx, { sessionGuid, removalAt: next.kept_until })
        await statements.unblock.run(tx, { id: next.id, now })
      })
    },
  }
}

const heldColumns = [
  'id',
  'account_id',
  'configuration_id',
  'session_guid',
  'kept_until',
  'delivered_at',
  'sealed_body',
  'attempts',
] as const

type HeldRow = Pick<WebhookDeliveryTable, (typeof heldColumns)[number]>

/**
 * Whoever settles a message writes the session's row first, as whoever adds one has done: on an engine whose
 * transactions run beside one another, the second then sees what the first has written.
 */
function prepareStatements(store: Store) {
  return {
    insert: store.prepare(
      (
        db,
        p: {
          id: string
          accountId: number
          configurationId: number
          sessionGuid: string
          dueAt: number | null
          keptUntil: number
          sealed: Uint8Array
        },
      ) =>
        db.insertInto('webhook_delivery').values({
          id: p.id,
          account_id: p.accountId,
          configuration_id: p.configurationId,
          session_guid: p.sessionGuid,
          state: 'waiting',
          due_at: p.dueAt,
          kept_until: p.keptUntil,
          delivered_at: null,
          sealed_body: p.sealed,
          attempts: '[]',
        }),
    ),
    firstWaiting: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .selectFrom('webhook_delivery')
        .select(['id', 'kept_until'])
        .where('session_guid', '=', p.sessionGuid)
        .where('state', '=', 'waiting')
        .orderBy('id')
        .limit(1),
    ),
    nextReceiver: store.prepare((db, p: { accountId: number; configurationId: number }) =>
      db
        .selectFrom('webhook_delivery')
        .select(['account_id', 'configuration_id', 'due_at'])
        .where('due_at', 'is not', null)
        .where((each) =>
          each(
            each.refTuple('account_id', 'configuration_id'),
            '>',
            each.tuple(p.accountId, p.configurationId),
          ),
        )
        .orderBy('account_id')
        .orderBy('configuration_id')
        .orderBy('due_at')
        .limit(1),
    ),
    hold: store.prepare(
      (db, p: { accountId: number; configurationId: number; now: number; heldUntil: number; most: number }) =>
        db
          .updateTable('webhook_delivery')
          .set({ due_at: p.heldUntil })
          .where('id', 'in', (due) =>
            due
              .selectFrom('webhook_delivery')
              .select('id')
              .where('account_id', '=', p.accountId)
              .where('configuration_id', '=', p.configurationId)
              .where('due_at', '<=', p.now)
              .orderBy('due_at')
              .limit(p.most),
          )
          .where('due_at', '<=', p.now)
          .returning(heldColumns),
    ),
    release: store.prepare((db, p: { id: string; heldUntil: number; now: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.now })
        .where('id', '=', p.id)
        .where('state', '=', 'waiting')
        .where('due_at', '=', p.heldUntil),
    ),
    postpone: store.prepare((db, p: { id: string; heldUntil: number; dueAt: number; log: string }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.dueAt, attempts: p.log })
        .where('id', '=', p.id)
        .where('state', '=', 'waiting')
        .where('due_at', '=', p.heldUntil),
    ),
    settle: store.prepare(
      (
        db,
        p: {
          id: string
          state: 'delivered' | 'given-up'
          deliveredAt: number | null
          keptUntil: number
          log: string
        },
      ) =>
        db
          .updateTable('webhook_delivery')
          .set({
            state: p.state,
            due_at: null,
            delivered_at: p.deliveredAt,
            kept_until: p.keptUntil,
            attempts: p.log,
          })
          .where('id', '=', p.id)
          .where('state', '=', 'waiting'),
    ),
    unblock: store.prepare((db, p: { id: string; now: number }) =>
      db
        .updateTable('webhook_delivery')
        .set({ due_at: p.now })
        .where('id', '=', p.id)
        .where('due_at', 'is', null),
    ),
    setRemoval: store.prepare((db, p: { sessionGuid: string; removalAt: number }) =>
      db
        .updateTable('payment_session')
        .set({ result_removal_at: p.removalAt })
        .where('guid', '=', p.sessionGuid)
        .where('result_removal_at', 'is not', null),
    ),
    touchSession: store.prepare((db, p: { sessionGuid: string }) =>
      db
        .updateTable('payment_session')
        .set((each) => ({ result_removal_at: each.ref('result_removal_at') }))
        .where('guid', '=', p.sessionGuid),
    ),
  }
}
