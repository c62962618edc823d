import { statSync } from 'node:fs'

/** SQLITE_READONLY_DBMOVED */
const moved = 1032

/**
 * Looks whether files are still where they were: one that was deleted, or whose place another one has taken, is written on,
 * and gone as soon as nobody has it open. With a write-ahead log SQLite does not look.
 *
 * @returns what throws when one is not the one that it was at the first look.
 */
export function watchPlaces(files: readonly string[]): () => void {
  const first = new Map<string, string>()
  return () => {
    for (const file of files) {
      const found = identityOf(file)
      if (found === undefined || found !== (first.get(file) ?? found))
        throw Object.assign(new Error('the file was moved or deleted'), { errcode: moved })
      first.set(file, found)
    }
  }
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  return found && `${found.dev}/${found.ino}`
}
