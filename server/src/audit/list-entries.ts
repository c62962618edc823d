import type { StoreParts } from '../store/parts.ts'
import { type ListedEntry, readEntry, type WrittenEntry } from './entry.ts'
import { prepareReadLog } from './read-log.ts'

/** Which entries are wanted: all that are given hold. */
export interface EntryFilter {
  readonly account?: number
  /** The id or the name of whoever did it, or its kind. */
  readonly actor?: string
  /** An action, or the beginning of some: `client` for all that is done to clients. */
  readonly action?: string
  /** The id or the name of what it was done to: any of them. */
  readonly targets?: readonly string[]
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number
  /** Exclusive. */
  readonly until?: number
  readonly limit: number
}

/** The newest entries that match, the newest first. */
export function prepareListEntries({ store }: Pick<StoreParts, 'store'>) {
  const log = prepareReadLog(store)
  return async (filter: EntryFilter): Promise<readonly ListedEntry[]> => {
    const { since = 0, until = Number.MAX_SAFE_INTEGER, limit } = filter
    const found: ListedEntry[] = []
    for await (const { position, entry } of log.newest({ since, until, like: likeOf(filter) })) {
      const read = readEntry(entry)
      if (!read || !matches(read, filter)) continue
      found.push({ ...read, position })
      if (found.length >= limit) break
    }
    return found
  }
}

/** The engine skips what cannot match, which is faster by far than to read it; in canonical JSON members have one order. */
function likeOf({ account, actor, action, targets }: EntryFilter): string {
  const parts = [
    ...(account === undefined ? [] : [`"account":${account},`]),
    ...(action === undefined ? [] : [`"action":"${escaped(action)}`]),
    ...(actor === undefined ? [] : [escaped(JSON.stringify(actor))]),
    '"target":',
    ...(targets?.length === 1 ? [escaped(JSON.stringify(targets[0]))] : []),
  ]
  return `%${parts.join('%')}%`
}

/** What stands for anything in a pattern stands for any one character here: what is read is looked at again. */
const escaped = (text: string): string => text.replaceAll(/[%\\]/g, '_')

function matches(entry: WrittenEntry, { account, actor, action, targets }: EntryFilter): boolean {
  const { id, name, kind } = entry.actor
  const isAction = action === undefined || entry.action === action || entry.action.startsWith(`${action}.`)
  const isActor = actor === undefined || [id, name, kind].includes(actor)
  const isTarget = targets?.some((each) => each === entry.target.id || each === entry.target.name) ?? true
  return isAction && isActor && isTarget && (account === undefined || entry.account === account)
}
