import { Type } from 'typebox'
import { choice } from '../choice.ts'
import { factsOf, sessionFacts, states } from '../session-view.ts'
import type { Tool, ToolParts } from '../tool.ts'

const time = (description: string) =>
  Type.Optional(
    Type.String({ maxLength: 40, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}[0-9A-Za-z:.+-]*$', description }),
  )

const cursor = /^[A-Za-z0-9_-]{1,512}$/

const filters = {
  state: Type.Optional(choice(states)),
  from: time('Opened at this time or later: ISO 8601, such as 2026-01-15 or 2026-01-15T09:30:00Z.'),
  to: time('Opened before this time.'),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
  cursor: Type.Optional(
    Type.String({
      pattern: cursor.source,
      description: 'next_cursor of the page before, with the same filters.',
    }),
  ),
}

const ofAgent = Type.Optional(
  Type.String({ minLength: 1, maxLength: 255, description: 'Only of this agent.' }),
)

const inputs = {
  agentKnown: Type.Object(filters, { additionalProperties: false }),
  agentNamed: Type.Object({ agent_id: ofAgent, ...filters }, { additionalProperties: false }),
} as const

const output = Type.Object({
  sessions: Type.Array(sessionFacts, { description: 'Newest first, without results.' }),
  next_cursor: Type.Optional(Type.String({ description: 'Absent on the last page.' })),
})

const defaultLimit = 10

/** Lists sessions: those of the agent in the settings, or of the account. */
export function searchSessions({ api, settings }: ToolParts): Tool<typeof inputs.agentKnown, typeof output> {
  return {
    name: 'search_payment_sessions',
    title: 'Search payment sessions',
    description:
      'Lists payments, newest first. Their results are not in the list: use explain_payment_session for one of them. ' +
      'Tell a customer nothing about the payments of others.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
    input: inputs[settings.agentId === undefined ? 'agentNamed' : 'agentKnown'],
    output,
    async run(sent, { signal }) {
      const { agent_id, limit = defaultLimit, ...rest } = sent as typeof sent & { readonly agent_id?: string }
      const agentId = settings.agentId ?? agent_id
      const query = new URLSearchParams({ ...rest, limit: String(limit), ...(agentId && { agentId }) })
      const answer = await api({ method: 'GET', path: `/v1/sessions?${query}`, signal })
      const { sessions, nextCursor } = answer
      return {
        sessions: Array.isArray(sessions) ? sessions.slice(0, limit).map(factsOf) : [],
        ...(typeof nextCursor === 'string' && cursor.test(nextCursor) && { next_cursor: nextCursor }),
      }
    },
  }
}
