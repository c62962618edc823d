import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { resultValues } from './callbacks/callback-values.ts'
import type { Callbacks } from './callbacks/callbacks.ts'
import { createMessagesFor } from './callbacks/messages-of-result.ts'
import type { ProviderSessionSeal } from './provider-session.ts'
import type { ProviderSessionRows } from './provider-session-rows.ts'

/** What the vault reports of sessions that were launched here. Each may come more than once. */
export interface ProviderApiReports {
  /** Somebody opened a page, or a first key was pressed. False when the session was not launched here. */
  recordProgress(guid: Guid): Promise<boolean>
  /** Whether a session was launched here. */
  hasLaunched(guid: Guid): Promise<boolean>
  /** The session ended, or a second result of it is there. False when it was not launched here. */
  recordResult(result: SessionResult): Promise<boolean>
}

/** Takes results into their sessions, and puts the callbacks that tell of them, in one transaction. */
export function createProviderApiReports({
  store,
  rows,
  seal,
  callbacks,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: ProviderSessionRows
  readonly seal: ProviderSessionSeal
  readonly callbacks: Callbacks
}): ProviderApiReports {
  const messagesFor = createMessagesFor(log)

  return {
    async recordProgress(guid) {
      const row = await rows.find.first(store.reader, { guid })
      if (!row) return false
      if (row.begun_at === null) await store.write((tx) => rows.begin.run(tx, { guid, now: clock.now() }))
      return true
    },

    hasLaunched: async (guid) => (await rows.find.first(store.reader, { guid })) !== undefined,

    async recordResult(result) {
      const { guid, outcome, correction, failure } = result
      const reported = correction === undefined ? outcome : `${outcome} ${correction}`
      if (!(await rows.find.first(store.reader, { guid }))) return false
      if (failure) {
        log.warn(
          { capture: guid, what: failure.what },
          'a failure was not reported to the client: callbacks have no value for it',
        )
        return true
      }
      const send = await store.write(async (tx) => {
        const row = await rows.lock.first(tx, { guid })
        if (!row || row.reported === reported || isOvertaken(reported, row.reported)) return
        if (!row.sealed_order) {
          log.error({ capture: guid, outcome }, 'a result arrived too late to be reported to the client')
          return
        }
        const order = seal.openOrder(guid, row.sealed_order)
        const endedAt = row.ended_at ?? clock.now()
        const values = resultValues(result, {
          tenant: row.tenant_id,
          flowId: row.flow_id,
          linkId: row.link_id,
          endedAt,
          launchedBy: row.launched_by,
          order: order.order,
          amounts: order.callback?.amounts ?? 'minor',
        })
        const messages = messagesFor(row, values, order)
        await rows.end.run(tx, { guid, endedAt, reported, sealedResult: seal.sealResult(guid, values) })
        return callbacks.put(tx, { tenant: row.tenant_id, sessionGuid: guid, messages })
      })
      send?.()
      return true
    },
  }
}

/** What a session comes to, one after the other: its end, what became of an unknown payment, and that it was reversed. */
const order = ['', 'reconciled', 'voided']

/** Whether what comes now is older than what has come: nodes that report a session's results are not ordered by anybody. */
const isOvertaken = (now: string, before: string | null): boolean =>
  before !== null && rankOf(now) < rankOf(before)

const rankOf = (reported: string): number => order.indexOf(reported.split(' ')[1] ?? '')
