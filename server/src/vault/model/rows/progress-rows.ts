import type { Store } from '../../../store/store.ts'
import type { CaptureSessionTable, ChargeAttemptTable } from '../../../store/tables.ts'
import { guidsIn, type ListOfGuids } from './list-of-guids.ts'

type CourseRow = Pick<CaptureSessionTable, 'guid' | 'course'> & {
  readonly challenged_at: ChargeAttemptTable['challenged_at'] | null
}

/** The statements by which programs follow sessions. */
export const prepareProgressRows = (store: Store) => ({
  /** What happened in sessions, and when the customer of each was sent to their bank. */
  courses: store.prepare<ListOfGuids, CourseRow>((db, p) =>
    db
      .selectFrom('capture_session')
      .leftJoin('charge_attempt', 'charge_attempt.capture_guid', 'capture_session.guid')
      .select(['capture_session.guid', 'capture_session.course', 'charge_attempt.challenged_at'])
      .where('capture_session.guid', 'in', guidsIn(p)),
  ),
})
