import type { AuditEntry } from '../audit/entry.ts'
import type { Guid } from '../base/guid.ts'
import type { SessionRow } from './insert-session.ts'

/** What the audit log says of a session that was opened. Of what happens in it the vault’s entries tell, by its own GUID. */
export const openedEntry = (
  { guid, accountId, kind, agentId, configurationId }: SessionRow,
  { providerSessionGuid }: { readonly providerSessionGuid: Guid },
): AuditEntry => ({
  action: 'session.open',
  target: { kind: 'session', id: guid },
  account: accountId,
  details: { kind, agentId, configuration: configurationId, providerSession: providerSessionGuid },
})
