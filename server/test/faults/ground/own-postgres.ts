import type { Ends } from '../../harness/test-children.ts'
import { query, startPostgres, type TestPostgres } from '../../harness/test-postgres.ts'

/** A PostgreSQL server for one case, which may do to it what it likes, and an empty database on it. */
export async function ownPostgres(
  t: Ends,
  {
    flags = {},
    parent,
  }: { readonly flags?: Readonly<Record<string, string>>; readonly parent?: string } = {},
): Promise<{ readonly postgres: TestPostgres; readonly database: string; readonly store: string }> {
  const postgres = await startPostgres(flags, parent)
  t.after(() => postgres.stop())
  const database = 'faults'
  await query(postgres.url, `CREATE DATABASE ${database}`)
  return { postgres, database, store: `${postgres.url}/${database}` }
}
