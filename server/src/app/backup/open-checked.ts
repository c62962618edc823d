import { resolve } from 'node:path'
import { fileFault } from '../../base/files/file-fault.ts'
import type { BackupContent } from '../../cli/databases.ts'
import { Refused } from '../../cli/refused.ts'
import { type BackupHeader, BackupUnusable } from '../../store/backup/backup-file.ts'
import { type OpenBackup, openBackup } from '../../store/backup/read-backup.ts'
import { areKnown } from '../../store/migrate.ts'
import { version } from '../version.ts'
import type { DatabaseParts } from './database-parts.ts'
import { fingerprintsOf } from './sealing-check.ts'

/**
 * Opens a backup that can be restored here as far as its header says.
 *
 * @throws {Refused} when it cannot be read, or is of a newer version, another region, or another sealing key.
 */
export async function openChecked(parts: DatabaseParts, file: string): Promise<OpenBackup> {
  try {
    const backup = await openBackup(resolve(file))
    try {
      requireUsable(parts, backup.header, file)
      return backup
    } catch (error) {
      await backup.source.close()
      throw error
    }
  } catch (error) {
    throw asRefused(error, file)
  }
}

function requireUsable(parts: DatabaseParts, header: BackupHeader, file: string): void {
  const { region, program, migrations, sealingKeys } = header
  if (region !== parts.name) {
    throw new Refused(
      `The backup ${file} is of the region ${region}, not ${parts.name}. Add --region ${region} to restore it there.`,
    )
  }
  if (!areKnown(migrations)) {
    throw new Refused(
      `The backup ${file} was written by a newer version of Tonegate, ${program}; this is ${version}. Use that version or a later one.`,
    )
  }
  const [needed = ''] = sealingKeys
  const listed = fingerprintsOf(parts.sealer)
  if (!listed.includes(needed)) {
    throw new Refused(
      `The backup ${file} needs another sealing key, the one with the fingerprint ${needed}; those that are listed have ${listed.join(', ')}. ` +
        'Put the sealing key of that day on the list of TONEGATE_SEALING_KEY.',
    )
  }
}

/** Of writing, and so not of the backup that is read. */
const ofWriting: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS'])

/** What reading a backup has thrown: its own faults in words, and those of the file. */
export function asRefused(error: unknown, file: string): unknown {
  if (error instanceof BackupUnusable) return new Refused(`The backup ${file} ${error.message}.`)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const isOfFile = /^E[A-Z]+$/.test(code) && !ofWriting.has(code) && !isOfOther(error, file)
  return isOfFile ? new Refused(`The backup ${file} cannot be read: ${fileFault(error)}.`) : error
}

const isOfOther = (error: unknown, file: string): boolean =>
  error instanceof Error && 'path' in error && resolve(String(error.path)) !== resolve(file)

/** What an operator is told of a backup. */
export function contentOf(
  file: string,
  header: Omit<BackupHeader, 'format' | 'tables'>,
  found: Pick<BackupContent, 'bytes' | 'tables' | 'unopened'>,
): BackupContent {
  const { region, createdAt, program, engine, sealingKeys, migrations } = header
  const [sealingKey = ''] = sealingKeys
  const schema = migrations.at(-1) ?? ''
  return { file: resolve(file), region, createdAt, program, engine, schema, sealingKey, ...found }
}
