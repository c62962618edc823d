import { factsOf, sessionFacts } from '../session-view.ts'
import type { Tool, ToolParts } from '../tool.ts'
import { sessionArgument } from './session-id.ts'

/** How a session stands. */
export function getSession({ api }: ToolParts): Tool<typeof sessionArgument, typeof sessionFacts> {
  return {
    name: 'get_payment_session',
    title: 'Look at a payment session',
    description: 'How a payment stands at this moment. To wait for its end, use follow_payment_session.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
    input: sessionArgument,
    output: sessionFacts,
    run: async ({ session_id }, { signal }) =>
      factsOf(await api({ method: 'GET', path: `/v1/session/${session_id}`, signal })),
  }
}
