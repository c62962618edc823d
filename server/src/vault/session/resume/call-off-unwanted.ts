import type { Guid } from '../../../base/guid.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { OpenSessions } from '../open-sessions.ts'
import type { ResultReports } from '../reports/report-results.ts'

/**
 * Calls off a session that was taken over and that nobody was told of: its launcher died, or lost the database, before it had
 * written that there is a payment session.
 */
export function createCallOffUnwanted({
  sessions,
  reports,
  isWanted,
  log,
}: Pick<StoreParts, 'log'> & {
  readonly sessions: Pick<OpenSessions, 'find'>
  readonly reports: Pick<ResultReports, 'withhold'>
  /** Whether a payment session is there that a session was launched for. */
  readonly isWanted: (sessionGuid: Guid) => Promise<boolean>
}) {
  return async (taken: { readonly guid: Guid; readonly session_guid: Guid | null }): Promise<void> => {
    const { guid, session_guid: sessionGuid } = taken
    if (sessionGuid === null || (await isWanted(sessionGuid))) return
    const about = { capture: guid, sessionGuid }
    reports.withhold(guid)
    try {
      await sessions.find(guid)?.cancel()
      log.info(about, 'a session that nobody was told of was called off')
    } catch (error) {
      log.error({ ...about, err: error }, 'a session that nobody was told of could not be called off')
    }
  }
}
