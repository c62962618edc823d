import type { RemoteSessionTable } from '../../store/tables.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import type { ProviderTarget } from './ask-provider.ts'

/** The provider of a session, as it was when the session was opened. */
export function targetOf(row: RemoteSessionTable): ProviderTarget {
  return {
    accountId: row.account_id,
    configurationId: row.configuration_id,
    provider: JSON.parse(row.provider) as ProviderSettings,
  }
}
