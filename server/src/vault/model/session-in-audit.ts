import type { Guid } from '../../base/guid.ts'

/** What the audit log calls a session of the vault’s; `session.open` names the payment session that it is of. */
export const sessionInAudit = (guid: Guid, tenant: number | null) => ({
  target: { kind: 'session', id: guid },
  account: tenant,
})
