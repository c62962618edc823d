import { canonicalJson, type Json } from './canonical-json.ts'
import { readEntry } from './entry.ts'
import type { StoredEntry } from './read-log.ts'
import type { ClaimedEntry } from './verify-chain.ts'

/**
 * An entry as a line of an export: its members, its position, its hash, and the hash of the entry before. What is no entry is
 * given out as `damaged`: it is evidence.
 */
export const exportLine = ({ entry, position, hash }: StoredEntry, previous: string): string =>
  `${canonicalJson({ ...(readEntry(entry) ?? { damaged: entry }), position, previous, hash } as Json)}\n`

/** Reads the lines of an export; a line that is none becomes an entry that is damaged. */
export async function* readExport(lines: AsyncIterable<string>): AsyncGenerator<ClaimedEntry> {
  for await (const line of lines) {
    if (line.trim() !== '') yield readLine(line)
  }
}

function readLine(line: string): ClaimedEntry {
  try {
    const { hash, position, previous, ...entry } = JSON.parse(line)
    if (!Number.isSafeInteger(position) || typeof hash !== 'string' || typeof previous !== 'string')
      return damaged
    return { entry: canonicalJson(entry as Json), position, previous, hash }
  } catch {
    return damaged
  }
}

const damaged: ClaimedEntry = { entry: undefined, position: undefined, hash: '' }
