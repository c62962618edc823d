import { statSync } from 'node:fs'
import type { BackupContent } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import { readTables } from '../../store/backup/read-tables.ts'
import { sealedColumns } from '../sealed-columns.ts'
import type { DatabaseParts } from './database-parts.ts'
import { asRefused, contentOf, openChecked } from './open-checked.ts'
import { createProgress } from './progress.ts'
import { createSealingCheck, type SealingCheck } from './sealing-check.ts'

/**
 * Reads a backup to its end: it is whole, of this region, of a version that is known, and all that is sealed in it opens.
 *
 * @throws {Refused} when it is not.
 */
export async function verify(parts: DatabaseParts, file: string): Promise<BackupContent> {
  const { header, source } = await openChecked(parts, file)
  const check = createSealingCheck(parts.sealer, sealedColumns(parts.region))
  const shown = await createProgress(parts.beginBar, source, { clock: parts.clock, gently: false })
  try {
    const tables = await readTables(source, { ...shown, take: check.look })
    requireOpening(check, file)
    return contentOf(file, header, { bytes: statSync(file).size, tables, unopened: check.unopened() })
  } catch (error) {
    throw asRefused(error, file)
  } finally {
    shown.end()
    await source.close()
  }
}

/** Single values that were damaged are no hindrance: the server goes on without them. @throws {Refused} */
export function requireOpening(check: SealingCheck, file: string): void {
  if (!check.opensNothing()) return
  throw new Refused(
    `The backup ${file} is sealed with a key that is not listed. ` +
      'Put the sealing key of that day on the list of TONEGATE_SEALING_KEY.',
  )
}
