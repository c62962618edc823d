import { DatabaseSync } from 'node:sqlite'

/** The part of the file that is read without a copy. SQLite maps no more than these 2 GiB. */
const maxMappedBytes = 2 ** 31

/** SQLite goes through what it keeps of pages at each commit: the operating system has the others. */
const cachedKibibytes = 8 * 1024

/**
 * Opens a file. WAL with `synchronous=FULL`: what was answered survives a crash of the process and of the machine.
 * `secure_delete` overwrites what is deleted.
 *
 * @param timeout milliseconds that SQLite itself waits for a lock, which stops the thread.
 */
export function openDatabase(
  file: string,
  { readOnly, timeout }: { readonly readOnly: boolean; readonly timeout: number },
): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout })
  database.exec(
    readOnly
      ? `PRAGMA mmap_size = ${maxMappedBytes}`
      : 'PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON',
  )
  database.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA cache_size = -${cachedKibibytes};
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF`)
  return database
}
