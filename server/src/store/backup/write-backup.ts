import { createHash, randomInt } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  createWriteStream,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type BackupEnd, type BackupHeader, compressionLevel, formatVersion } from './backup-file.ts'
import { type Reading, readTables, type TableSum } from './read-tables.ts'
import type { RowSource } from './rows.ts'

interface Writing {
  readonly file: string
  /** Sees the rows as they pass. */
  readonly reading: Pick<Reading, 'begins' | 'take' | 'pause'>
  /** Comes before the file gets its name. @throws when it is of no use: then there is none. */
  approve(): Promise<void> | void
}

type Header = Omit<BackupHeader, 'format' | 'migrations' | 'tables'>

/**
 * Writes all rows of a database to a new file, which only its user may read. It has its name once it is complete and on
 * disk; what could not be finished is removed.
 *
 * @throws what `fs` throws: `EEXIST` when there is a file of this name, which is left as it is.
 */
export async function writeBackup(
  source: RowSource,
  header: Header,
  { file, reading, approve }: Writing,
): Promise<readonly TableSum[]> {
  if (existsSync(file)) throw alreadyThere(file)
  // Not by the process’s number, which containers have one after the other.
  const unfinished = `${file}.unfinished-${randomInt(1e9)}`
  try {
    const sums = await writeLines(source, header, { file: unfinished, reading })
    await approve()
    giveName(unfinished, file)
    return sums
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

async function writeLines(
  source: RowSource,
  header: Header,
  { file, reading }: Pick<Writing, 'file' | 'reading'>,
): Promise<readonly TableSum[]> {
  const { migrations, tables } = source
  const output = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
  const gzip = createGzip({ level: compressionLevel })
  const written = pipeline(gzip, output)
  // Whoever writes next hears of it.
  written.catch(() => {})
  const sha256 = createHash('sha256')
  async function write(text: string): Promise<void> {
    sha256.update(text)
    if (output.errored) throw output.errored
    if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), written])
  }
  try {
    const first: BackupHeader = { format: formatVersion, ...header, migrations, tables }
    await write(`${JSON.stringify(first)}\n`)
    const sums = await readTables(source, {
      ...reading,
      async take(table, rows, lines) {
        await reading.take?.(table, rows, lines)
        await write(lines)
      },
      ends: (sum) => write(`${JSON.stringify(sum)}\n`),
    })
    const end: BackupEnd = { sha256: sha256.digest('hex') }
    gzip.end(`${JSON.stringify(end)}\n`)
    await written
    return sums
  } catch (error) {
    // What is destroyed in the middle has an error of its own afterwards.
    const fault = output.errored ?? error
    gzip.destroy()
    output.destroy()
    await written.catch(() => {})
    throw fault
  }
}

/** Takes the place of no other file, whoever has written one meanwhile. */
function giveName(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file)
    rmSync(unfinished)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code === 'EEXIST') throw error
    // A file system without hard links, such as that of a memory stick.
    if (existsSync(file)) throw alreadyThere(file)
    renameSync(unfinished, file)
  }
  syncFolder(dirname(file))
}

/** A new name is on disk once its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

const alreadyThere = (file: string): Error =>
  Object.assign(new Error(`${file} is there already.`), { code: 'EEXIST' })
