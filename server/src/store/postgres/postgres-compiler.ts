import {
  type DataTypeNode,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import type { Tables } from '../tables.ts'

/** Compiles statements in PostgreSQL's SQL, and runs none. */
export const postgresCompiler = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** The types of the migrations, which are SQLite's: text is ordered by its bytes, and every whole number has 64 bits. */
const types: Readonly<Record<string, string>> = {
  blob: 'bytea',
  integer: 'bigint',
  text: 'text collate "C"',
}

/** Of the tables, for migrations. */
export class TablesCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    const type = typeof node.dataType === 'string' ? types[node.dataType] : undefined
    if (type === undefined) super.visitDataType(node)
    else this.append(type)
  }
}
