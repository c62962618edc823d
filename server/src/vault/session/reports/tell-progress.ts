import { createBoundedCache } from '../../../base/bounded-cache.ts'
import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { SessionProgress } from '../../model/session-progress.ts'
import type { FindProgress } from '../find-progress.ts'

/** One that is forgotten is told from its beginning. */
const maxKnown = 20_000

/**
 * Tells the progress of sessions whose launcher wants to hear of it: what is written of it and was not told by this process.
 * The next process tells all of it again, so that whoever takes it takes each once, by its place.
 */
export function createTellProgress({
  log,
  findProgress,
  onCourse,
}: Pick<StoreParts, 'log'> & {
  readonly findProgress: FindProgress
  readonly onCourse: (guid: Guid, progress: readonly SessionProgress[]) => Promise<void>
}) {
  /** How much of each was told; and that there may be more. */
  const sessions = createBoundedCache<Guid, { readonly told: number; readonly isDue: boolean }>(maxKnown)

  const toldOf = (guid: Guid) => sessions.get(guid)?.told ?? 0

  return {
    /** There may be something to tell. */
    add: (guid: Guid): void => void sessions.set(guid, { told: toldOf(guid), isDue: true }),
    /** Nothing more is told of it. */
    forget: (guid: Guid): void => void sessions.delete(guid),
    /** False where it was not taken and is to be told again; what is refused is not. */
    async tell(guid: Guid): Promise<boolean> {
      const told = toldOf(guid)
      if (!sessions.get(guid)?.isDue) return true
      sessions.set(guid, { told, isDue: false })
      try {
        const progress = ((await findProgress([guid])).get(guid) ?? []).slice(told)
        if (progress.length > 0) await onCourse(guid, progress)
        const { isDue = false } = sessions.get(guid) ?? {}
        sessions.set(guid, { told: told + progress.length, isDue })
        return true
      } catch (error) {
        const isRefused = error instanceof Problem && error.status < 500
        log.warn({ err: error, capture: guid }, 'the progress of a session was not accepted')
        if (isRefused) sessions.delete(guid)
        else sessions.set(guid, { told, isDue: true })
        return isRefused
      }
    },
  }
}
