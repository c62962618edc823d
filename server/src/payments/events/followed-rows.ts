import type { Guid } from '../../base/guid.ts'
import type { Store } from '../../store/store.ts'
import { type FoundSession, foundColumns } from '../find-session.ts'

/** Read by one statement. */
export const maxFollowedAtOnce = 50

/** Reads sessions that are followed, {@link maxFollowedAtOnce} at most. */
export type FollowedRows = (guids: readonly Guid[]) => Promise<readonly FoundSession[]>

type Names = Readonly<Record<string, Guid>>

const names = Array.from({ length: maxFollowedAtOnce }, (_, at) => `guid${at}`)

/** A statement has always as many parameters: the places that are left have the first again. */
export function prepareFollowedRows(store: Store): FollowedRows {
  const listed = store.prepare<Names, FoundSession>((db, p) =>
    db
      .selectFrom('payment_session')
      .select(foundColumns)
      .where(
        'guid',
        'in',
        names.map((name) => p[name] as Guid),
      ),
  )
  return async (guids) => {
    const [first] = guids
    if (first === undefined) return []
    return listed.all(store.reader, Object.fromEntries(names.map((name, at) => [name, guids[at] ?? first])))
  }
}
