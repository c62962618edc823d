import { sql } from 'kysely'
import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'

const openerColumns = ['opened_by', 'token_made_at', 'account_id', 'agent_id'] as const

/** The statements on the agent views of `payment_session`. */
export type ViewRows = ReturnType<typeof prepareViewRows>

export function prepareViewRows(store: Store) {
  const withView = (db: Database, view: 'open' | 'ending') =>
    db.selectFrom('payment_session').where('ended_at', 'is', null).where('agent_view', '=', sql.lit(view))
  return {
    /** From one opener to the next: a step in an index, however many sessions each has. */
    nextOpener: store.prepare((db, p: { after: string }) =>
      withView(db, 'open')
        .select(openerColumns)
        .where('opened_by', '>', p.after)
        .orderBy('opened_by')
        .orderBy('token_made_at')
        .limit(1),
    ),
    ofOpener: store.prepare((db, p: { opener: string }) =>
      withView(db, 'open')
        .select([...openerColumns, 'guid'])
        .where('opened_by', '=', p.opener)
        .orderBy('guid'),
    ),
    ending: store.prepare((db, _: object) =>
      withView(db, 'ending')
        .select(['guid', 'provider_session_guid', 'account_id', 'configuration_id'])
        .orderBy('guid')
        .limit(10_000),
    ),
    mark: store.prepare((db, p: { guid: Guid; from: 'open' | 'ending'; to: 'ending' | 'closed' }) =>
      db
        .updateTable('payment_session')
        .set({ agent_view: p.to })
        .where('guid', '=', p.guid)
        .where('agent_view', '=', p.from),
    ),
  }
}

type Database = Parameters<Parameters<Store['prepare']>[0]>[0]
