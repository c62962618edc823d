import type { Clock } from '../base/clock.ts'
import { maskCardNumbers } from '../base/redaction/find-card-number.ts'
import { type Actor, currentActing } from '../base/request-scope.ts'
import type { StoreParts } from '../store/parts.ts'
import type { Connection } from '../store/store.ts'
import { type AuditDetails, type AuditEntry, textOf, type WrittenEntry } from './entry.ts'

/**
 * Writes an entry in the transaction of the change that it tells of, so that neither is there without the other. Who did
 * it, and by which request or command, is known by the scope that the transaction was asked for in.
 *
 * @param actor where it is another one than the scope’s.
 */
export type RecordEntry = (transaction: Connection, entry: AuditEntry, actor?: Actor) => Promise<unknown>

/**
 * An entry waits for its place in the chain, which `link-entries.ts` gives it: writers do not wait for one another, and
 * those that share a transaction write one row.
 */
export function prepareRecord({ store, clock }: Pick<StoreParts, 'store' | 'clock'>): RecordEntry {
  const insert = store.prepareJoined((db, p: { entries: string }) =>
    db.insertInto('audit_unlinked').values({ entries: p.entries }),
  )
  const written = prepareWritten(clock)
  return (transaction, entry, actor) => insert.run(transaction, { entries: textOf(written(entry, actor)) })
}

/** An entry with who did it, and when, by which request or command. */
export function prepareWritten(
  clock: Pick<Clock, 'now'>,
): (entry: AuditEntry, actor?: Actor) => WrittenEntry {
  const isoTime = createIsoTime()
  return ({ action, target, account, outcome, details }, actor) => {
    const { requestId, command, actor: acting } = currentActing()
    const { id, name } = target
    return {
      action,
      target: { kind: target.kind, id: masked(id), ...(name !== undefined && { name: masked(name) }) },
      account,
      at: isoTime(clock.now()),
      actor: maskedActor(actor ?? acting),
      ...(outcome !== undefined && { outcome }),
      ...(details && { details: maskedDetails(details) }),
      ...(requestId !== undefined && { request: masked(requestId) }),
      ...(command !== undefined && { command }),
    }
  }
}

/** Many entries are written in the same millisecond. */
function createIsoTime(): (now: number) => string {
  let last = Number.NaN
  let text = ''
  return (now) => {
    if (now !== last) {
      last = now
      text = new Date(now).toISOString()
    }
    return text
  }
}

const guidCharacters = 36
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Names are free texts, and somebody may have named a thing by what is on their card. */
const masked = (text: string): string =>
  text.length === guidCharacters && guid.test(text) ? text : maskCardNumbers(text)

const maskedActor = ({ kind, id, name, client }: Actor): Actor => ({
  kind,
  ...(id !== undefined && { id: masked(id) }),
  ...(name !== undefined && { name: masked(name) }),
  ...(client !== undefined && { client: masked(client) }),
})

function maskedDetails(details: AuditDetails): AuditDetails {
  const texts: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(details)) {
    texts[name] = typeof value === 'string' ? masked(value) : Array.isArray(value) ? value.map(masked) : value
  }
  return texts
}
