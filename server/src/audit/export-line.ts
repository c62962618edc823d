import { canonicalJson, type Json } from './canonical-json.ts'
import type { StoredEntry } from './read-log.ts'
import type { ClaimedEntry } from './verify-chain.ts'

/** An entry as a line of an export: its members, and `hash`, which is of the rest of them in canonical JSON. */
export const exportLine = ({ entry, hash }: StoredEntry): string =>
  `${canonicalJson({ ...JSON.parse(entry), hash } as Json)}\n`

/** Reads the lines of an export; a line that is none becomes an entry that is damaged. */
export async function* readExport(lines: AsyncIterable<string>): AsyncGenerator<ClaimedEntry> {
  for await (const line of lines) {
    if (line.trim() !== '') yield readLine(line)
  }
}

function readLine(line: string): ClaimedEntry {
  try {
    const { hash, ...entry } = JSON.parse(line)
    return { text: JSON.stringify(entry), hash: String(hash) }
  } catch {
    return { text: '', hash: '' }
  }
}
