import { DatabaseSync } from 'node:sqlite'

/** Runs an operation on the database, and calls back with what it answered once that is on the disk. */
export type Write = <T>(operation: () => T, committed: (value: T) => void) => void

/** A database as durable as Tonegate's. */
export function openDurable(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192')
  return database
}

/** Lets what arrives in one turn of the event loop share a commit. */
export function createGroupCommit(database: DatabaseSync): Write {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  let waiting: (() => () => void)[] = []

  const commitGroup = () => {
    const group = waiting
    waiting = []
    begin.run()
    const done = group.map((run) => run())
    commit.run()
    for (const each of done) each()
  }

  return (operation, committed) => {
    const run = () => {
      const value = operation()
      return () => committed(value)
    }
    if (waiting.push(run) === 1) setImmediate(commitGroup)
  }
}
