import { createBoundedCache } from '../base/bounded-cache.ts'
import type { Actor } from '../base/request-scope.ts'
import type { StoreParts } from '../store/parts.ts'
import type { AuditEntry } from './entry.ts'
import { prepareRecord } from './record.ts'

/** Of what is refused again and again, one entry is written in this time. */
const repeatMilliseconds = 60_000
const maxKnown = 10_000

/**
 * Notes what changes nothing, such as a wrong password: nobody waits for it, and where it cannot be written the log says so.
 * Of what is like a former one, within a minute, nothing is written; the next entry says how many there were.
 */
export type Note = (entry: AuditEntry, actor?: Actor) => void

export function createNoteRefusals({ store, clock, log }: Pick<StoreParts, 'store' | 'clock' | 'log'>): Note {
  const record = prepareRecord({ store, clock })
  const known = createBoundedCache<string, { readonly at: number; leftOut: number }>(maxKnown)
  return (entry, actor) => {
    const key = `${entry.action} ${entry.target.kind} ${entry.target.id}`
    const now = clock.elapsed()
    const before = known.get(key)
    if (before && now - before.at < repeatMilliseconds) {
      before.leftOut += 1
      return
    }
    known.set(key, { at: now, leftOut: 0 })
    const count = 1 + (before?.leftOut ?? 0)
    const details = { ...entry.details, ...(count > 1 && { count }) }
    store
      .write((tx) => record(tx, { ...entry, details }, actor))
      .catch((error: unknown) =>
        log.warn({ err: error, action: entry.action }, 'an audit entry could not be written'),
      )
  }
}
