import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import type { Connection, Store } from '../../../store/store.ts'
import type { AccountConfiguration } from '../../configurations/account-configuration.ts'
import { wantsEvent } from '../../configurations/webhook-events.ts'
import { openedProgress } from '../../events/opened-progress.ts'
import type { ProviderReports } from '../../provider.ts'
import type { WebhookOutbox, Written } from '../outbox.ts'
import { type EventMessage, operationMessage, progressMessage } from './event-message.ts'

/** What of a session its messages are made with. */
interface EventSession {
  readonly guid: Guid
  readonly account_id: number
  readonly configuration_id: number
}

/** Takes what a provider tells into messages to the webhooks that want to hear of it. */
export interface RecordEvents extends Pick<ProviderReports, 'recordCourse' | 'recordOperation'> {
  /**
   * Writes that a session at a provider of another make is under way, of which it tells no more before its end, in the
   * transaction that records it; `undefined` where nobody wants to hear of it, or its own provider tells.
   */
  opened(session: EventSession, now: number): Promise<((tx: Connection) => Promise<Written>) | undefined>
}

/**
 * Each message is written once, by its id, however often it is told. Progress that comes when its session has ended is
 * left out: the status has said what counts.
 */
export function createRecordEvents({
  store,
  outbox,
  sessionOf,
  configurationOf,
}: {
  readonly store: Store
  readonly outbox: WebhookOutbox
  readonly sessionOf: (providerSessionGuid: Guid) => Promise<EventSession | undefined>
  readonly configurationOf: (
    accountId: number,
    id: number,
  ) => AccountConfiguration | undefined | Promise<AccountConfiguration | undefined>
}): RecordEvents {
  const lockOpen = prepareLockOpen(store)

  async function find(providerSessionGuid: Guid) {
    const session = await sessionOf(providerSessionGuid)
    if (!session) throw new Problem('not-found', 'No payment session has this id.')
    const configuration = await configurationOf(session.account_id, session.configuration_id)
    return { session, webhook: configuration?.webhook }
  }

  const newsOf = ({ guid, account_id, configuration_id }: EventSession, message: EventMessage) => ({
    sessionGuid: guid,
    accountId: account_id,
    configurationId: configuration_id,
    ...message,
  })

  return {
    async opened(session, now) {
      const configuration = await configurationOf(session.account_id, session.configuration_id)
      if (!configuration?.provider || !wantsEvent(configuration.webhook, 'session.progress')) return undefined
      const message = progressMessage(session.guid, openedProgress(now))
      return (tx) => outbox.writeEvent(tx, newsOf(session, message))
    },

    async recordCourse(providerSessionGuid, progress) {
      const { session, webhook } = await find(providerSessionGuid)
      if (!wantsEvent(webhook, 'session.progress')) return
      const written = await store.write(async (tx) => {
        const messages: Written[] = []
        if ((await lockOpen.run(tx, { guid: session.guid })) === 0) return messages
        for (const each of progress)
          messages.push(await outbox.writeEvent(tx, newsOf(session, progressMessage(session.guid, each))))
        return messages
      })
      for (const message of written) message.send()
    },

    async recordOperation(providerSessionGuid, ordered) {
      const { session, webhook } = await find(providerSessionGuid)
      const message = operationMessage(session.guid, ordered)
      if (!wantsEvent(webhook, message.type)) return
      const written = await store.write((tx) => outbox.writeEvent(tx, newsOf(session, message)))
      written.send()
    },
  }
}

/** While it is locked the session does not end. */
const prepareLockOpen = (store: Store) =>
  store.prepare((db, p: { guid: Guid }) =>
    db
      .updateTable('payment_session')
      .set((each) => ({ updated_at: each.ref('updated_at') }))
      .where('guid', '=', p.guid)
      .where('ended_at', 'is', null),
  )
