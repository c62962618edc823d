import { repeatedly } from '../../../base/repeatedly.ts'
import { createResumeOpenSessions } from './resume-open-sessions.ts'
import type { ResumeParts } from './resume-session.ts'
import type { MoneySweep } from './sweep-money.ts'

/** So often a node looks whether another one has left sessions that nobody has. */
const lookMilliseconds = 1_000

/**
 * Takes up what the process before this one left.
 *
 * - An open session comes back to life with its card number and expiry; the security code is asked again.
 * - An open session whose charge was under way takes no card again: its gateway is asked what became of it,
 *   and it ends with that, or as `unknown`. This goes on after the promise has resolved.
 * - A kept card that was to be charged, and was not yet, is charged; not before its launcher has the session.
 * - A link that was being sent is sent, perhaps for the second time; not before its launcher has the session.
 * - That an open session was begun is told where nobody has taken it.
 * - A session whose row cannot be read ends alone, as an error and `unknown`.
 *
 * What of the money is due is done at once, and not only in a while, see {@link MoneySweep}: outcomes that are not known
 * are looked for, payments reversed, and results reported that nobody took.
 */
export function createResume(parts: ResumeParts & { readonly money: MoneySweep }): () => Promise<void> {
  const { store, money, clock, closing, log } = parts
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
    await resumeOpenSessions()
    await money.round()
    if (store.isShared) goOnTakingOver()
  }
}
