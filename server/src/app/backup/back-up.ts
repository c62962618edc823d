import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileFault } from '../../base/files/file-fault.ts'
import type { BackedUp } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import { openRowSource } from '../../store/backup/open-places.ts'
import { writeBackup } from '../../store/backup/write-backup.ts'
import type { StorePlace } from '../../store/open-store.ts'
import { StoreUnavailable } from '../../store/store-unavailable.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { version } from '../version.ts'
import type { DatabaseParts } from './database-parts.ts'
import { contentOf } from './open-checked.ts'
import { createProgress } from './progress.ts'
import { recordBackup } from './record-backup.ts'
import { requireThere } from './require-there.ts'
import { createSealingCheck, fingerprintsOf, type SealingCheck } from './sealing-check.ts'

/** So many sealed values of each kind are opened, to see that the key is the one of the data. */
const openedOfEach = 20

/**
 * Backs up a region's database, which a server may be working on, as it is at this moment.
 *
 * @param target a file that is not there yet, or a folder that is.
 * @throws {Refused} when the file is there, cannot be written, or would be of no use: its data opens under no listed key.
 */
export async function backUp(parts: DatabaseParts, place: StorePlace, target: string): Promise<BackedUp> {
  const { sealer, region, clock, beginBar } = parts
  requireThere(parts, place)
  const createdAt = new Date(clock.now()).toISOString()
  const file = fileOf(target, region.name, createdAt)
  if (existsSync(file)) throw new Refused(`${file} exists already. A backup is always a new file.`)
  parts.giveWay()
  const stop = parts.breakOff.begin()
  await using ending = new AsyncDisposableStack()
  const source = await openRowSource(place)
  ending.defer(() => source.close())
  const check = createSealingCheck(sealer, sealedColumns(region), openedOfEach)
  const shown = await createProgress(beginBar, source, { clock, gently: true, stop })
  ending.defer(shown.end)
  const header = {
    program: version,
    region: region.name,
    createdAt,
    engine: 'file' in place ? 'SQLite' : 'PostgreSQL',
    sealingKeys: fingerprintsOf(sealer),
  } as const
  try {
    const reading = { ...shown, take: check.look }
    let withoutEntry: string | null = null
    const approve = async () => {
      requireOpening(check)
      withoutEntry = await recordBackup(parts, { place, source, file })
    }
    const tables = await writeBackup(source, header, { file, reading, approve })
    const { size: bytes } = statSync(file)
    const { migrations } = source
    const content = contentOf(file, { ...header, migrations }, { bytes, tables, unopened: check.unopened() })
    return { ...content, withoutEntry }
  } catch (error) {
    throw asRefused(error, file)
  }
}

function fileOf(target: string, region: string, createdAt: string): string {
  const path = resolve(target)
  const isFolder = target.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const time = createdAt.replaceAll(/[-:]|\.\d+/g, '')
  return isFolder ? join(path, `${region}-${time}.jsonl.gz`) : path
}

function requireOpening(check: SealingCheck): void {
  if (!check.opensNothing()) return
  throw new Refused(
    'The database is sealed with another key than those of TONEGATE_SEALING_KEY: nothing was backed up. Set the key that the server uses.',
  )
}

/** A fault of the database is told as everywhere; what is left is one of the file. */
function asRefused(error: unknown, file: string): unknown {
  const isOfFile = error instanceof Error && 'syscall' in error && !(error instanceof StoreUnavailable)
  if (!isOfFile) return error
  const code = 'code' in error ? error.code : undefined
  if (code === 'EEXIST') return new Refused(`${file} exists already. A backup is always a new file.`)
  const fault = code === 'ENOENT' ? 'its folder does not exist' : fileFault(error)
  return new Refused(`The backup ${file} cannot be written: ${fault}. Nothing of it was left behind.`)
}
