import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Tables } from '../tables.ts'

/** Rows are not locked one by one: there is one transaction at a time. */
class Compiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}

/** Compiles statements in SQLite's SQL, and runs none. */
export const sqliteCompiler = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new Compiler(),
  },
})
