import type { OpenSession } from '../model/vault-sessions.ts'

/** What a script calls each of its forms, so that it can take one back whose answer it never got. */
export const submissionPattern = '^[0-9a-f]{32}$'

const maxVoid = 100

/**
 * The forms that are not to be taken any more, should they still arrive: their customers have been told that they
 * have not paid.
 */
export function createVoidSubmissions() {
  const all = new WeakMap<OpenSession, Set<string>>()
  return {
    has: (session: OpenSession, submission: string | null): boolean =>
      submission !== null && (all.get(session)?.has(submission) ?? false),
    add(session: OpenSession, submission: string): void {
      const ofSession = all.get(session) ?? new Set<string>()
      all.set(session, ofSession.add(submission))
      const [oldest] = ofSession
      if (ofSession.size > maxVoid && oldest !== undefined) ofSession.delete(oldest)
    },
  }
}

export type VoidSubmissions = ReturnType<typeof createVoidSubmissions>
