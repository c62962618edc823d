import { type Static, Type } from 'typebox'
import { type SessionFacts, sessionFacts } from '../session-view.ts'
import { explain } from '../words.ts'

/** A session with what it means. */
export const explainedSession = Type.Object({
  ...sessionFacts.properties,
  meaning: Type.String({ description: 'What has happened, for you.' }),
  say: Type.String({ description: 'What you may say to the customer, in their language.' }),
  next: Type.String({ description: 'What to do.' }),
})

export type ExplainedSession = Static<typeof explainedSession>

export const explained = (facts: SessionFacts): ExplainedSession => ({ ...facts, ...explain(facts) })
