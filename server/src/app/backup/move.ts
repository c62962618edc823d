import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { prepareRecord } from '../../audit/record.ts'
import type { Moved } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import { copyRows } from '../../store/backup/copy-rows.ts'
import { createRowTarget, openRowSource } from '../../store/backup/open-places.ts'
import type { TableSum } from '../../store/backup/read-tables.ts'
import { areKnown } from '../../store/migrate.ts'
import { openStore, type StorePlace } from '../../store/open-store.ts'
import { rememberDatabase } from '../databases/known-databases.ts'
import { databaseOf, describePlace } from '../region-storage.ts'
import type { DatabaseParts } from './database-parts.ts'
import { type HeldPlace, holdPlace } from './hold-place.ts'
import { markMoved, unmarkMoved } from './moved-databases.ts'
import { nameOf } from './place-name.ts'
import { createProgress, rest } from './progress.ts'
import {
  completeFile,
  freeFile,
  placesOf,
  putInPlace,
  removeBrokenOff,
  removeUnfinished,
} from './put-in-place.ts'
import { requireThere } from './require-there.ts'
import { requireSame, sumsAt } from './restore.ts'

interface Way {
  readonly from: StorePlace
  readonly to: StorePlace
}

/**
 * Moves a region between the data folder and PostgreSQL. Its rows are copied and compared; then the new database takes its
 * place, and the former one is kept under another name and marked: who starts there is told where the region is.
 *
 * @throws {Refused} when there is nothing to move, or data where it is to go, or a server serves it.
 * @throws {FolderNotLocked} when a server has the data folder.
 */
export async function move(parts: DatabaseParts, to: 'postgresql' | 'folder'): Promise<Moved> {
  const { name, config } = parts
  if (config.storeUrl === null) {
    throw new Refused('TONEGATE_STORE must name the PostgreSQL database that the region is moved to or from.')
  }
  const folder = { file: databaseOf(name, config) }
  const postgres = { url: config.storeUrl, schema: name }
  const way: Way = to === 'folder' ? { from: postgres, to: folder } : { from: folder, to: postgres }
  requireThere(parts, way.from)
  await using from = await holdPlace(name, way.from, parts)
  await using there = await holdPlace(name, way.to, parts)
  if (there.holds === 'data')
    throw new Refused(`${describePlace(way.to)} has data already. Move the region to where there is none.`)
  const tables = await copyTo(parts, way, there)
  const { aside } = placesOf(way.from, name, { what: 'moved', now: parts.clock.now() })
  if ('file' in way.to) {
    unmarkMoved(name, config.dataFolder)
    rememberDatabase(name, config.dataFolder)
  }
  const former = await markFormer(parts, way, { held: from, aside })
  return { from: nameOf(way.from), to: nameOf(way.to), former, tables }
}

async function copyTo(
  parts: DatabaseParts,
  { from, to }: Way,
  there: HeldPlace,
): Promise<readonly TableSum[]> {
  const { name, clock, beginBar, breakOff } = parts
  const places = placesOf(to, name, { what: 'replaced', now: clock.now() })
  await removeBrokenOff(places.unfinished, name)
  await using ending = new AsyncDisposableStack()
  const source = await openRowSource(from)
  ending.defer(() => source.close())
  const stop = breakOff.begin()
  const shown = await createProgress(beginBar, source, { clock, gently: false, stop })
  ending.defer(shown.end)
  try {
    if (!areKnown(source.migrations)) {
      throw new Refused(`${describePlace(from)} was migrated by a newer version. Move it with that version.`)
    }
    const target = await createRowTarget(places.unfinished, source.migrations)
    const tables = await copyRows(source, target, shown)
    requireSame(tables, await sumsAt(places.unfinished, stop))
    await recordMove(parts, places.unfinished, nameOf(to))
    await rest(stop)
    await putInPlace(to, there, places)
    return tables
  } catch (error) {
    await removeUnfinished(places.unfinished)
    throw error
  }
}

/** Brings the tables to those of this version, and says in the audit log where the region is from now on. */
async function recordMove({ name, clock }: DatabaseParts, unfinished: StorePlace, place: string) {
  const store = await openStore(unfinished)
  try {
    const record = prepareRecord({ store, clock })
    const target = { kind: 'database', id: name }
    await store.write((tx) => record(tx, { action: 'store.move', target, account: null, details: { place } }))
  } finally {
    await store.close()
  }
}

/** @returns what the former database is called. */
async function markFormer(
  { name, config }: DatabaseParts,
  { from, to }: Way,
  { held, aside }: { readonly held: HeldPlace; readonly aside: string },
): Promise<string> {
  if (!('file' in from)) {
    return `the schema ${await held.schema?.markMoved(nameOf(to), aside)}`
  }
  const kept = freeFile(dirname(from.file), aside)
  markMoved(name, config.dataFolder, nameOf(to))
  completeFile(from.file)
  renameSync(from.file, kept)
  return kept
}
