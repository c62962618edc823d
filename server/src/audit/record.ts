import { maskCardNumbers } from '../base/redaction/find-card-number.ts'
import { type Actor, currentActing } from '../base/request-scope.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Connection } from '../store/store.ts'
import { type AuditEntry, textOf, type WrittenEntry } from './entry.ts'

/**
 * Writes an entry in the transaction of the change that it tells of, so that neither is there without the other. Who did
 * it, and by which request or command, is known by the scope that the transaction was asked for in.
 *
 * @param actor where it is another one than the scope’s.
 */
export type RecordEntry = (transaction: Connection, entry: AuditEntry, actor?: Actor) => Promise<void>

/** An entry waits for its place in the chain, which `link-entries.ts` gives it: writers do not wait for one another. */
export function prepareRecord({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): RecordEntry {
  const insert = store.prepare((db, p: { at: number; entry: string }) =>
    db.insertInto('audit_unlinked').values({ at: p.at, entry: p.entry }),
  )
  return async (transaction, entry, actor) => {
    const acting = currentActing()
    const now = clock.now()
    const written: WrittenEntry = {
      ...masked({ ...entry, actor: actor ?? acting.actor }),
      at: new Date(now).toISOString(),
      ...(acting.requestId !== undefined && { request: maskCardNumbers(acting.requestId) }),
      ...(acting.command !== undefined && { command: acting.command }),
    }
    await insert.run(transaction, { at: now, entry: textOf(written) })
  }
}

/** Names are free texts, and somebody may have named a thing by what is on their card. */
function masked<T>(value: T): T {
  if (typeof value === 'string') return maskCardNumbers(value) as T
  if (Array.isArray(value)) return value.map(masked) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each)])) as T
}
