import { Type } from 'typebox'
import type { OwnSessions } from '../own-sessions.ts'
import { ToolFault } from '../tool-fault.ts'

/** The argument that names a session. */
export const sessionId = Type.String({
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  description: 'session_id, as open_payment_session or search_payment_sessions gave it.',
})

export const sessionArgument = Type.Object({ session_id: sessionId }, { additionalProperties: false })

/** @throws {ToolFault} when the session was not opened here, so that a caller cannot have another one’s ended. */
export function requireOwn(own: OwnSessions, sessionGuid: string): void {
  if (own.has(sessionGuid)) return
  throw new ToolFault(
    'This session was not opened by this MCP server, and it changes no others.',
    'If the customer insists, pass the call to a person.',
  )
}
