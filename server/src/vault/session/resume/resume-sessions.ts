import { repeatedly } from '../../../base/repeatedly.ts'
import { createReadAttempt } from './read-attempt.ts'
import { createResumeOpenSessions, type ResumeParts } from './resume-open-sessions.ts'

/** So often a node looks whether another one has left sessions that nobody has. */
const lookMilliseconds = 1_000

/**
 * Takes up what the process before this one left.
 *
 * - An open session comes back to life with its card number and expiry; the security code is asked again.
 * - An open session whose charge was under way takes no card again: its gateway is asked what became of it,
 *   and it ends with that, or as `unknown`. This goes on after the promise has resolved.
 * - The outcome of a session that ended as `unknown` is looked for again.
 * - A payment that was being reversed is reversed.
 * - A kept card that was to be charged, and was not yet, is charged; not before its launcher has the session.
 * - A link that was being sent is sent, perhaps for the second time; not before its launcher has the session.
 * - Results that nobody took are reported, and that an open session was begun.
 * - A session whose row cannot be read ends alone, as an error and `unknown`.
 */
export function createResume(parts: ResumeParts): () => Promise<void> {
  const { store, rows, charges, reports, clock, closing, log } = parts
  const readAttempt = createReadAttempt(parts)
  const resumeOpenSessions = createResumeOpenSessions(parts)

  /** Where several serve the database, one of them may be gone at any time. */
  const goOnTakingOver = () =>
    repeatedly({
      clock,
      milliseconds: lookMilliseconds,
      over: closing,
      work: resumeOpenSessions,
      failed: (error) =>
        log.warn({ err: error }, 'sessions that another server left could not be taken over'),
    })

  return async () => {
    const unanswered = await rows.unansweredAttempts.all(store.reader, {})
    const unreported = await rows.unreportedResults.all(store.reader, {})
    for (const row of unanswered) if (row.state !== 'open') charges.watch(readAttempt(row))
    await charges.reversals.resume()
    await resumeOpenSessions()
    await Promise.all(unreported.map(({ guid }) => reports.report(guid)))
    if (store.isShared) goOnTakingOver()
  }
}
