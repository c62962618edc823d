import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Guid } from '../../base/guid.ts'
/** The result of a session whose row cannot be read: nobody can say what it said of money. */
export const unreadableResultOf = (guid: Guid): SessionResult => ({
  guid,
  end: 'internal-error',
  outcome: 'unknown',
})
