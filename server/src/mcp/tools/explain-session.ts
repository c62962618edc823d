import { Type } from 'typebox'
import { ApiFault } from '../answers.ts'
import { paymentFacts, paymentFactsOf, paymentWords } from '../payment-view.ts'
import { factsOf } from '../session-view.ts'
import type { Tool, ToolParts } from '../tool.ts'
import { explained, explainedSession } from './explained.ts'
import { sessionArgument } from './session-id.ts'

const output = Type.Object({ ...explainedSession.properties, payment: Type.Optional(paymentFacts) })

/** Says in words what has happened in a session, and to its money since. */
export function explainSession({ api }: ToolParts): Tool<typeof sessionArgument, typeof output> {
  return {
    name: 'explain_payment_session',
    title: 'Explain a payment session',
    description:
      'What has happened in a payment, in words: its outcome, why it was declined, what to say and what to do.',
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: true },
    input: sessionArgument,
    output,
    async run({ session_id }, { signal }) {
      const path = `/v1/session/${session_id}`
      const facts = factsOf(await api({ method: 'GET', path, signal }))
      if (!facts.ended) return explained(facts)
      const payment = await readPayment(`${path}/payment`)
      // Only of an approved payment is there more to be read, also when the session’s own result has been removed.
      if (!payment) return explained(facts)
      const answer = explained({ ...facts, outcome: facts.outcome ?? 'approved' })
      return { ...answer, meaning: `${answer.meaning} ${paymentWords(payment)}`, payment }

      async function readPayment(of: string) {
        try {
          return paymentFactsOf(await api({ method: 'GET', path: of, signal }))
        } catch (error) {
          if (error instanceof ApiFault && error.status < 500) return undefined
          throw error
        }
      }
    },
  }
}
