import type { StoreParts } from '../../store/parts.ts'
import type { Provider } from '../provider.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import { targetOf } from './target-of.ts'

/**
 * Takes the agent's page of another provider's session away. The provider contract has no word for that: in another
 * Tonegate's vault the session is cancelled, because whoever has its page open could take the payment. PCI Pal cannot be
 * told even that, so that there the page stays as it is, and the log says so.
 *
 * @throws {Problem} as cancelling does.
 */
export function createCloseRemoteView({
  store,
  rows,
  cancel,
  log,
}: Pick<StoreParts, 'store' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly cancel: Provider['cancel']
}): Provider['closeView'] {
  return async (guid) => {
    const row = await rows.find.first(store.reader, { guid })
    if (!row || row.outcome !== null) return
    if (targetOf(row).provider.kind === 'tonegate') return cancel(guid)
    log.warn(
      { sessionGuid: row.session_guid, providerSessionGuid: guid },
      'the user or client that opened a session lost access, but its provider cannot be told to close the agent’s page',
    )
  }
}
