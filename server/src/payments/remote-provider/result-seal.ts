import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import { sealedColumn } from '../../store/reseal.ts'
import { unreadableResultOf } from '../../vault/model/unreadable-result.ts'

const purposeOf = (guid: string) => `remote result ${guid}`

/** What results of other providers are sealed as, until they were handed on. */
export const sealedRemoteResults = sealedColumn({
  what: 'results of other providers',
  table: 'remote_session',
  column: 'sealed_result',
  key: ['provider_session_guid'],
  purposes: (row) => [purposeOf(String(row.provider_session_guid))],
})

/** Seals a result for its row alone. */
export const createResultSeal = ({ sealer, log }: Pick<Parts, 'sealer' | 'log'>) => ({
  seal: (result: SessionResult): Buffer =>
    sealer.seal(purposeOf(result.guid), Buffer.from(JSON.stringify(result))),
  /** One that cannot be read is handed on as an error and `unknown`: what the row says beside it is not sealed. */
  open(guid: Guid, value: Uint8Array): SessionResult {
    try {
      return JSON.parse(sealer.open(purposeOf(guid), value).toString())
    } catch {
      log.error(
        { providerSessionGuid: guid },
        'the result of a session cannot be read: check at the provider',
      )
      return unreadableResultOf(guid)
    }
  },
})
