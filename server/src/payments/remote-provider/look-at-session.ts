import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import type { ProviderReports } from '../provider.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'
import type { AskStatus, SessionStatus } from './session-status.ts'
import type { TakeResult } from './take-result.ts'
import { targetOf } from './target-of.ts'

/** `taken`: it has ended. `open`: it has not. `silent`: the provider cannot be asked, gave no answer or does not know. */
export type Looked = 'taken' | 'open' | 'silent'

/** Asks a provider what became of a session, and takes what it answers; so that a callback that was lost is no loss. */
export type Look = (guid: Guid) => Promise<Looked>

export function createLook({
  store,
  rows,
  askStatus,
  taking,
  reports,
  log,
}: Pick<StoreParts, 'store' | 'log'> & {
  readonly rows: RemoteSessionRows
  readonly askStatus: AskStatus
  readonly taking: TakeResult
  readonly reports: Pick<ProviderReports, 'recordProgress'>
}): Look {
  async function asked(row: RemoteSessionTable): Promise<SessionStatus | undefined> {
    const target = targetOf(row)
    if (target.provider.kind === 'pci-pal') return
    try {
      return await askStatus(target, row)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      log.warn(
        { providerSessionGuid: row.provider_session_guid, why: error.message },
        'the provider could not be asked for a session’s state',
      )
      return
    }
  }

  return async (guid) => {
    const row = await rows.find.first(store.reader, { guid })
    const status = row && (await asked(row))
    if (!status || status.state === 'not-known') return 'silent'
    if (status.state !== 'ended') {
      if (status.state === 'in-progress') await reports.recordProgress(guid)
      return 'open'
    }
    const { result, doubt } = status
    if (doubt) {
      log.error(
        { providerSessionGuid: guid, doubt },
        'a provider approved a different amount from the order; the outcome is unknown',
      )
    }
    await taking.take({ guid, ...result })
    return 'taken'
  }
}
