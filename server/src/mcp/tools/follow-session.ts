import { Type } from 'typebox'
import type { Tool, ToolParts } from '../tool.ts'
import { watchSession } from '../watch-session.ts'
import { explain, progressText } from '../words.ts'
import { explained, explainedSession } from './explained.ts'
import { sessionId } from './session-id.ts'

const input = Type.Object(
  {
    session_id: sessionId,
    timeout_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 300,
        default: 45,
        description:
          'How long to wait. Clients give up on a tool after a minute, unless they are set otherwise.',
      }),
    ),
  },
  { additionalProperties: false },
)

const defaultSeconds = 45

/** Waits until a session has ended. */
export function followSession({
  api,
  events,
  clock,
  stopping,
}: ToolParts): Tool<typeof input, typeof explainedSession> {
  return {
    name: 'follow_payment_session',
    title: 'Follow a payment session',
    description:
      'Waits until the payment has ended, and says how. Stay silent meanwhile, or say what the progress messages suggest. ' +
      'If ended is still false, call it again.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
    input,
    output: explainedSession,
    async run({ session_id, timeout_seconds = defaultSeconds }, { signal, progress }) {
      const facts = await watchSession(`/v1/session/${session_id}`, {
        ...{ api, events, clock, signal, stopping, milliseconds: timeout_seconds * 1000 },
        heard(event) {
          const text = progressText(event)
          if (text) void progress(text).catch(() => {})
        },
        changed: (at) => progress(explain(at).meaning),
      })
      return explained(facts)
    },
  }
}
