import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { BackupUnusable } from './backup-file.ts'

/** Longer than any row of a database that is one. */
const maxLineCharacters = 256 * 1024 * 1024

/** The lines of a gzip file. */
export interface LineReader {
  /**
   * The next line; `undefined` behind the last.
   *
   * @param most so many characters it has at most.
   * @throws {BackupUnusable} when it was cut short or changed.
   */
  next(most?: number): Promise<string | undefined>
  /** SHA-256 of all lines so far, in hexadecimal digits. */
  digest(): string
  /** How much of the file has been read, from 0 to 1. */
  share(): number
  close(): void
}

/** Reads a gzip file line by line, in bounded memory. */
export function readLines(file: string): LineReader {
  const { size } = statSync(file)
  const input = createReadStream(file)
  const gunzip = createGunzip()
  input.on('error', (error) => gunzip.destroy(error))
  const chunks = input.pipe(gunzip).setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>
  const sha256 = createHash('sha256')
  let lines: readonly string[] = []
  let at = 0
  let rest = ''

  /** False behind the last chunk. */
  async function readOn(most: number): Promise<boolean> {
    const chunk = await chunks.next().catch((error) => {
      throw asUnusable(error)
    })
    if (chunk.done) {
      if (gunzip.bytesWritten !== size || rest !== '') throw changed()
      return false
    }
    // A text without a break is not looked through again with each piece that is added to it.
    const pieces = chunk.value.includes('\n') ? (rest + chunk.value).split('\n') : [rest + chunk.value]
    rest = pieces.pop() ?? ''
    if (rest.length > most) throw changed()
    lines = pieces
    at = 0
    return true
  }

  return {
    async next(most = maxLineCharacters) {
      while (at === lines.length) if (!(await readOn(most))) return undefined
      const line = lines[at] ?? ''
      at += 1
      sha256.update(line).update('\n')
      return line
    },
    digest: () => sha256.copy().digest('hex'),
    share: () => Math.min(gunzip.bytesWritten / Math.max(size, 1), 1),
    close() {
      input.destroy()
      gunzip.destroy()
    },
  }
}

function asUnusable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return cutShort(error)
  return code.startsWith('Z_') ? changed(error) : error
}

export const cutShort = (cause?: unknown): BackupUnusable =>
  new BackupUnusable('was cut short: the end of it is missing', { cause })

export const changed = (cause?: unknown): BackupUnusable =>
  new BackupUnusable('is damaged: it is not as it was written', { cause })
