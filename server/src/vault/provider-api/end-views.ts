import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import type { VaultSessions } from '../model/vault-sessions.ts'

const lookEveryMilliseconds = 500
const maxAtOnce = 200

/**
 * Closes the agent views of what a client launched within a second of its being disabled. It looks at the rows, so that
 * whoever disables a client need tell nobody, and a view that could not be closed is closed by the next look.
 */
export function endViews({
  store,
  sessions,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly sessions: Pick<VaultSessions, 'closeView'> }) {
  const statements = prepareStatements(store)
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    try {
      for (const { clientId } of await statements.disabledClients.all(store.reader, {})) {
        const views = await statements.openViews.all(store.reader, { clientId })
        for (const { guid } of views) await sessions.closeView(guid)
      }
    } catch (error) {
      log.warn({ err: error }, 'the agent views of a disabled client could not be closed; retrying')
    }
  }

  const stop = clock.every(lookEveryMilliseconds, () => {
    looking ??= look().finally(() => {
      looking = undefined
    })
  })
  return {
    /** Resolves when nothing of it is under way. */
    async close(): Promise<void> {
      stop()
      await looking
    },
  }
}

/** From the few clients that are disabled to what is still open of theirs: each look costs no more. */
function prepareStatements(store: Store) {
  return {
    disabledClients: store.prepare((db, _: object) =>
      db.selectFrom('provider_client').select('client_id as clientId').where('disabled_at', 'is not', null),
    ),
    openViews: store.prepare((db, p: { clientId: string }) =>
      db
        .selectFrom('provider_session')
        .innerJoin('capture_session', 'capture_session.guid', 'provider_session.guid')
        .select('provider_session.guid')
        .where('provider_session.client_id', '=', p.clientId)
        .where('provider_session.ended_at', 'is', null)
        .where('capture_session.view_closed_at', 'is', null)
        .where('capture_session.ended_at', 'is', null)
        .limit(maxAtOnce),
    ),
  }
}
