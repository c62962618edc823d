import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { WebhookDeliveryTable } from '../../store/tables.ts'
import type { DeliveryAttempt } from './attempt.ts'

/** A message and every try at delivering it, the oldest first. */
export interface LoggedDelivery {
  /** The `webhook-id`. */
  readonly id: Guid
  readonly sessionGuid: Guid
  readonly configurationId: number
  /** Null: the status of its session. */
  readonly type: string | null
  readonly state: WebhookDeliveryTable['state']
  /** When it is sent next; null when it is not, or waits for a former message of its session. */
  readonly dueAt: number | null
  readonly attempts: readonly DeliveryAttempt[]
}

/** What became of a message that somebody wants sent again. */
export type Redelivery =
  | { readonly outcome: 'due'; readonly id: Guid }
  /** It is being sent, or will be within a minute. */
  | { readonly outcome: 'under-way'; readonly id: Guid }
  | { readonly outcome: 'data-removed'; readonly id: Guid }
  | { readonly outcome: 'no-message' }

/** What an operator sees of the messages, from beside a server that runs, and how one is sent again. */
export interface DeliveryLog {
  /** The newest messages of an account, or those of one session. */
  list(accountId: number, sessionGuid: Guid | undefined): Promise<readonly LoggedDelivery[]>
  /** Has the newest status of a session sent again under its `webhook-id`; or at once, if it waits for its next try. */
  redeliver(sessionGuid: Guid): Promise<Redelivery>
}

const maxListed = 50
/** Longer than a process holds a message. */
const soonMilliseconds = 60_000

export function createDeliveryLog({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): DeliveryLog {
  const record = prepareRecord({ store, clock })
  const { ofAccount, ofSession, ofSessionAgain, sendAgain } = prepareStatements(store)
  return {
    async list(accountId, sessionGuid) {
      const rows =
        sessionGuid === undefined
          ? await ofAccount.all(store.reader, { accountId })
          : await ofSession.all(store.reader, { accountId, sessionGuid })
      return rows.map((row) => ({
        id: row.id,
        sessionGuid: row.session_guid,
        configurationId: row.configuration_id,
        type: row.type,
        state: row.state,
        dueAt: row.due_at,
        attempts: JSON.parse(row.attempts) as readonly DeliveryAttempt[],
      }))
    },

    async redeliver(sessionGuid) {
      const now = clock.now()
      return store.write(async (tx): Promise<Redelivery> => {
        const rows = await ofSessionAgain.all(tx, { sessionGuid })
        const row = rows.find(({ state }) => state === 'waiting') ?? rows.at(-1)
        if (!row) return { outcome: 'no-message' }
        const { id, account_id: account, state, due_at, kept_until } = row
        if (kept_until <= now || row.has_body === 0) return { outcome: 'data-removed', id }
        const isSoon = state === 'waiting' && due_at !== null && due_at - now < soonMilliseconds
        if (isSoon) return { outcome: 'under-way', id }
        await sendAgain.run(tx, { id, now })
        const target = { kind: 'session', id: sessionGuid }
        await record(tx, { action: 'webhook.redeliver', target, account, details: { order: id } })
        return { outcome: 'due', id }
      })
    },
  }
}

const listed = ['id', 'session_guid', 'configuration_id', 'type', 'state', 'due_at', 'attempts'] as const

function prepareStatements(store: Store) {
  return {
    ofAccount: store.prepare((db, p: { accountId: number }) =>
      db
        .selectFrom('webhook_delivery')
        .select(listed)
        .where('account_id', '=', p.accountId)
        .orderBy('id', 'desc')
        .limit(maxListed),
    ),
    ofSession: store.prepare((db, p: { accountId: number; sessionGuid: Guid }) =>
      db
        .selectFrom('webhook_delivery')
        .select(listed)
        .where('session_guid', '=', p.sessionGuid)
        .where('account_id', '=', p.accountId)
        .orderBy('number', 'desc')
        .orderBy('id', 'desc'),
    ),
    ofSessionAgain: store.prepare((db, p: { sessionGuid: Guid }) =>
      db
        .selectFrom('webhook_delivery')
        .select(['id', 'account_id', 'state', 'due_at', 'kept_until'])
        .select((each) =>
          each
            .case()
            .when('sealed_body', 'is', null)
            .then(each.lit(0))
            .else(each.lit(1))
            .end()
            .as('has_body'),
        )
        .where('session_guid', '=', p.sessionGuid)
        .where('type', 'is', null)
        .orderBy('number')
        .orderBy('id')
        .forUpdate(),
    ),
    sendAgain: store.prepare((db, p: { id: Guid; now: number }) =>
      db.updateTable('webhook_delivery').set({ state: 'waiting', due_at: p.now }).where('id', '=', p.id),
    ),
  }
}
