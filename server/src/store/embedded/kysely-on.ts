import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'

/** Kysely itself, for migrations: it runs what it builds. */
export const kyselyOn = <T>(database: DatabaseSync): Kysely<T> =>
  new Kysely<T>({ dialect: new SqliteDialect({ database: asKyselyExpects(database) }) })

/** Kysely's dialect speaks to better-sqlite3; `node:sqlite` differs in how it takes parameters. */
function asKyselyExpects(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql)
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      }
    },
  }
}
