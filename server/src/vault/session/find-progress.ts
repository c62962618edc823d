import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import { readCourse } from '../model/course.ts'
import { listOfGuids, maxListed } from '../model/rows/list-of-guids.ts'
import { type ProgressOfSessions, progressIn, type SessionProgress } from '../model/session-progress.ts'
import type { VaultRows } from '../model/vault-rows.ts'

/** The progress of sessions as it is written, by their GUIDs; those that are not of this vault are left out. */
export type FindProgress = (guids: readonly Guid[]) => Promise<ProgressOfSessions>

/** By the rows, whichever process has a session in its memory. */
export function createFindProgress({
  store,
  rows,
}: {
  readonly store: Store
  readonly rows: Pick<VaultRows, 'courses'>
}): FindProgress {
  return async (guids) => {
    const found = new Map<Guid, readonly SessionProgress[]>()
    for (let at = 0; at < guids.length; at += maxListed) {
      const list = listOfGuids(guids.slice(at, at + maxListed))
      for (const { guid, course, challenged_at } of await rows.courses.all(store.reader, list))
        found.set(guid, progressIn({ course: readable(course), challengedAt: challenged_at }))
    }
    return found
  }
}

/** One that is damaged keeps nobody from the progress of other sessions. */
function readable(course: string): ReturnType<typeof readCourse> {
  try {
    return readCourse(course)
  } catch {
    return []
  }
}
