import { randomInt } from 'node:crypto'
import { existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RegionName } from '../../base/region.ts'
import { dropSchema, numberedSchemas } from '../../store/backup/postgres-schemas.ts'
import { syncFolder } from '../../store/backup/write-backup.ts'
import type { StorePlace } from '../../store/open-store.ts'
import type { HeldPlace } from './hold-place.ts'

/** Where a database is made that is to take a region's place; and what the former one is called then. */
export interface Places {
  readonly unfinished: StorePlace
  /** In the same folder or database: `nam.replaced-20261130T042533Z`, with a number behind it where that is taken. */
  readonly aside: string
}

/** @param what becomes of the former one: `replaced`, `moved`. */
export function placesOf(
  place: StorePlace,
  name: RegionName,
  { what, now }: { readonly what: 'replaced' | 'moved'; readonly now: number },
): Places {
  // Not by the process’s number, which containers have one after the other.
  const number = randomInt(1e9)
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  if ('file' in place) {
    const file = join(dirname(place.file), `${name}.unfinished-${number}.db`)
    return { unfinished: { file }, aside: `${name}.${what}-${time}` }
  }
  const aside = `${name}_${what}_${time.toLowerCase()}`
  return { unfinished: { url: place.url, schema: `${name}_unfinished_${number}` }, aside }
}

/**
 * Gives a finished database its place, and keeps the one that was there: at every moment one of them is there.
 *
 * @param held the place.
 * @returns what the former one is called; null where there was none.
 */
export async function putInPlace(
  place: StorePlace,
  held: HeldPlace,
  { unfinished, aside }: Places,
): Promise<string | null> {
  if ('file' in place) return 'file' in unfinished ? putFile(unfinished.file, place.file, aside) : null
  if ('file' in unfinished) return null
  const former = await held.schema?.replaceBy(unfinished.schema, aside)
  return former ? `the schema ${former}` : null
}

/** Removes what was not finished. */
export async function removeUnfinished(place: StorePlace): Promise<void> {
  if (!('file' in place)) return dropSchema(place)
  for (const suffix of ['', ...beside]) rmSync(`${place.file}${suffix}`, { force: true })
}

/** Removes what a process has left at a held place that was killed in the middle: all data of a region. */
export async function removeBrokenOff(unfinished: StorePlace, name: RegionName): Promise<void> {
  if (!('file' in unfinished)) {
    const { url } = unfinished
    for (const schema of await numberedSchemas(url, `${name}_unfinished_`)) await dropSchema({ url, schema })
    return
  }
  const folder = dirname(unfinished.file)
  for (const each of readdirSync(folder)) {
    if (each.startsWith(`${name}.unfinished-`)) rmSync(join(folder, each), { force: true })
  }
}

/** What SQLite writes beside a database in WAL mode. */
const beside = ['-wal', '-shm']

function putFile(unfinished: string, file: string, aside: string): string | null {
  const kept = freeFile(dirname(file), aside)
  const isThere = existsSync(file)
  if (isThere) {
    completeFile(file)
    keepAs(kept, file)
    for (const suffix of beside) {
      if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${kept}${suffix}`)
    }
  }
  renameSync(unfinished, file)
  syncFolder(dirname(file))
  return isThere ? kept : null
}

/** A name that no database has, nor what SQLite writes beside one. */
export function freeFile(folder: string, aside: string): string {
  for (let number = 1; ; number += 1) {
    const file = join(folder, `${aside}${number === 1 ? '' : `-${number}`}.db`)
    if (!['', ...beside].some((suffix) => existsSync(`${file}${suffix}`))) return file
  }
}

/** A file system without hard links has no database for a moment, which a server notices that starts then. */
function keepAs(kept: string, file: string): void {
  try {
    linkSync(file, kept)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code === 'EEXIST') throw error
    renameSync(file, kept)
  }
}

/** Moves what its write-ahead log has into the file; one that is damaged is kept as it is, with its log. */
export function completeFile(file: string): void {
  try {
    const database = new DatabaseSync(file)
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } finally {
      database.close()
    }
  } catch {}
}
