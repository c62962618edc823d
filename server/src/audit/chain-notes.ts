import { readEntry, type WrittenEntry } from './entry.ts'

/** What somebody who verifies a chain has to know of an entry in it, though nothing is wrong with it. */
export interface ChainNote {
  readonly position: number
  readonly note: string
}

/** Few entries are looked into. */
const mayBeOne = /"action":"(?:audit\.begin|database\.restore)"/

/** @param entry in canonical JSON. */
export function noteOf(entry: string): string | undefined {
  if (!mayBeOne.test(entry)) return undefined
  const { action, details } = readEntry(entry) ?? {}
  if (action === 'audit.begin') return begunText(details ?? {})
  if (action !== 'database.restore') return undefined
  return `The database was restored from the backup of ${details?.createdAt ?? 'an unknown time'}: what was written after it is not in this log.`
}

function begunText({ position, reason, pruned }: NonNullable<WrittenEntry['details']>): string {
  const head = `Its sealed head ${reason === 'removed' ? 'was gone' : 'did not open'}: only a copy elsewhere shows whether the entries up to ${position} are all that there were, as they were written.`
  const cut = `What said where it was pruned did not open: nothing shows any more what was there up to entry ${pruned}.`
  return [
    'The chain begins again here.',
    ...(reason === undefined ? [] : [head]),
    ...(pruned === undefined ? [] : [cut]),
  ].join(' ')
}
