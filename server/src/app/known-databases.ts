import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegionName } from '../base/region.ts'
import { databaseOf } from './region-storage.ts'

/** A database that was in the data folder is not there any more; the message is for the operator. */
export class DatabaseMissing extends Error {
  constructor(file: string, list: string, what: 'missing' | 'empty') {
    super(
      `The database ${file} is ${what}, though this data folder has had it: a new one would have none of its data. ` +
        `Restore it from a backup. To begin without it, remove its region from ${list}.`,
    )
    this.name = 'DatabaseMissing'
  }
}

const listIn = (folder: string): string => join(folder, 'databases.json')

/** The regions that have had a database in a folder. */
function readKnown(folder: string): readonly string[] {
  try {
    const known: unknown = JSON.parse(readFileSync(listIn(folder), 'utf8'))
    return Array.isArray(known) ? known.map(String) : []
  } catch {
    return []
  }
}

/**
 * Sees to it that no new database takes the place of one that was lost.
 *
 * @throws {DatabaseMissing}
 */
export function requireDatabase(name: RegionName, folder: string): void {
  if (!readKnown(folder).includes(name)) return
  const file = databaseOf(name, { dataFolder: folder })
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (!size) throw new DatabaseMissing(file, listIn(folder), size === undefined ? 'missing' : 'empty')
}

/** Writes down that a region has a database in a folder. */
export function rememberDatabase(name: RegionName, folder: string): void {
  const known = readKnown(folder)
  if (known.includes(name)) return
  const written = `${listIn(folder)}.new`
  writeFileSync(written, `${JSON.stringify([...known, name].sort())}\n`, { mode: 0o600, flush: true })
  renameSync(written, listIn(folder))
}
