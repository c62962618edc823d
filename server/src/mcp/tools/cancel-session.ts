import { factsOf } from '../session-view.ts'
import type { Tool, ToolParts } from '../tool.ts'
import { explained, explainedSession } from './explained.ts'
import { requireOwn, sessionArgument } from './session-id.ts'

/** Ends an open session of this server. */
export function cancelSession({
  api,
  own,
}: ToolParts): Tool<typeof sessionArgument, typeof explainedSession> {
  return {
    name: 'cancel_payment_session',
    title: 'Cancel a payment session',
    description:
      'Ends an open payment that you have opened. Nothing is charged. Only when the customer wants it.',
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    input: sessionArgument,
    output: explainedSession,
    async run({ session_id }, { signal }) {
      requireOwn(own, session_id)
      return explained(
        factsOf(await api({ method: 'POST', path: `/v1/session/${session_id}/cancel`, signal })),
      )
    },
  }
}
