import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AuditDetails } from '../../audit/entry.ts'
import { prepareRecord } from '../../audit/record.ts'
import type { Restored } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import { copyRows, differing } from '../../store/backup/copy-rows.ts'
import { createRowTarget, openRowSource } from '../../store/backup/open-places.ts'
import type { OpenBackup } from '../../store/backup/read-backup.ts'
import { readTables, type TableSum } from '../../store/backup/read-tables.ts'
import type { RowSource } from '../../store/backup/rows.ts'
import { openStore, type StorePlace } from '../../store/open-store.ts'
import { RegionMoved } from '../../store/region-absent.ts'
import { rememberDatabase } from '../databases/known-databases.ts'
import { describePlace } from '../region-storage.ts'
import { sealedColumns } from '../sealed-columns.ts'
import type { DatabaseParts } from './database-parts.ts'
import { type HeldPlace, holdPlace } from './hold-place.ts'
import { makeSafe } from './make-safe.ts'
import { requireNotMoved, unmarkMoved } from './moved-databases.ts'
import { asRefused, contentOf, openChecked } from './open-checked.ts'
import { nameOf } from './place-name.ts'
import { createProgress, rest } from './progress.ts'
import { placesOf, putInPlace, removeBrokenOff, removeUnfinished } from './put-in-place.ts'
import { createSealingCheck } from './sealing-check.ts'
import { requireOpening } from './verify.ts'

interface Restoring {
  readonly file: string
  readonly replace: boolean
  readonly asItWas: boolean
}

/**
 * Restores a region's database from a backup of either engine, makes it safe, and puts it in its place once all of it is
 * there and compared: until then, and where it fails, everything is as it was.
 *
 * @throws {Refused} when the backup cannot be used, or there is data already.
 * @throws {FolderNotLocked} when a server has the data folder.
 */
export async function restore(
  parts: DatabaseParts,
  place: StorePlace,
  { file, replace, asItWas }: Restoring,
): Promise<Restored> {
  const { name, config, clock } = parts
  const { header, source } = await openChecked(parts, file)
  try {
    await using held = await holdPlace(name, place, parts)
    refuseData(held, place, replace)
    if ('file' in place && !replace) refuseMoved(parts)
    const places = placesOf(place, name, { what: 'replaced', now: clock.now() })
    await removeBrokenOff(places.unfinished, name)
    const stop = parts.breakOff.begin()
    try {
      const found = await fill(parts, { header, source }, { file, unfinished: places.unfinished, stop })
      const details = { file: resolve(file), createdAt: header.createdAt }
      const madeSafe = await readyAt(parts, places.unfinished, { details, asItWas })
      await rest(stop)
      const former = await putInPlace(place, held, places)
      if ('file' in place) {
        unmarkMoved(name, config.dataFolder)
        rememberDatabase(name, config.dataFolder)
      }
      const backup = contentOf(file, header, { bytes: statSync(file).size, ...found })
      return { backup, place: nameOf(place), former, madeSafe }
    } catch (error) {
      await removeUnfinished(places.unfinished)
      throw asRefused(error, file)
    }
  } finally {
    await source.close()
  }
}

function refuseData({ holds }: HeldPlace, place: StorePlace, replace: boolean): void {
  if (holds !== 'data' || replace) return
  throw new Refused(
    `${describePlace(place)} has data already. Add --replace to take its place; what is there now is kept under another name.`,
  )
}

/** Two servers would take payments on two copies. */
function refuseMoved({ name, config }: Pick<DatabaseParts, 'name' | 'config'>): void {
  try {
    requireNotMoved(name, config.dataFolder)
  } catch (error) {
    if (!(error instanceof RegionMoved)) throw error
    throw new Refused(
      `The region ${name} has been moved to ${error.to}, and is still there. Add --replace to have it here again; then no server may run on the other one.`,
    )
  }
}

interface Filling {
  readonly file: string
  readonly unfinished: StorePlace
  readonly stop: AbortSignal
}

/** Copies the rows, and compares what has arrived. */
async function fill(
  parts: DatabaseParts,
  { header, source }: OpenBackup,
  { file, unfinished, stop }: Filling,
) {
  const check = createSealingCheck(parts.sealer, sealedColumns(parts.region))
  const shown = await createProgress(parts.beginBar, source, { clock: parts.clock, gently: false, stop })
  try {
    const target = await createRowTarget(unfinished, header.migrations)
    const tables = await copyRows(source, target, { ...shown, take: check.look })
    requireOpening(check, file)
    requireSame(tables, await sumsAt(unfinished, stop))
    return { tables, unopened: check.unopened() }
  } finally {
    shown.end()
  }
}

/** What is there, read once more. */
export async function sumsAt(place: StorePlace, stop: AbortSignal): Promise<readonly TableSum[]> {
  const source: RowSource = await openRowSource(place)
  try {
    return await readTables(source, { pause: () => rest(stop) })
  } finally {
    await source.close()
  }
}

/** @throws {Error} when what was copied is not what was there. */
export function requireSame(sums: readonly TableSum[], copied: readonly TableSum[]): void {
  const tables = differing(sums, copied)
  if (tables.length > 0) throw new Error(`The copy differs from what was copied: ${tables.join(', ')}.`)
}

/** Brings the tables to those of this version, and makes the data safe. */
async function readyAt(
  parts: DatabaseParts,
  unfinished: StorePlace,
  { details, asItWas }: { readonly details: AuditDetails; readonly asItWas: boolean },
) {
  const store = await openStore(unfinished)
  try {
    const record = prepareRecord({ store, clock: parts.clock })
    const target = { kind: 'database', id: parts.name }
    await store.write((tx) => record(tx, { action: 'database.restore', target, account: null, details }))
    return asItWas ? null : await makeSafe({ ...parts, store })
  } finally {
    await store.close()
  }
}
