import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { databaseFor, startPostgres } from '../../server/test/harness/test-postgres.ts'

/** Where a server keeps what it stores in a database, and the key that it seals with. */
export type OnPostgres = Readonly<Record<'TONEGATE_STORE' | 'TONEGATE_SEALING_KEY', string>>

/**
 * Uses a PostgreSQL server of its own on this machine, with its files on disk and every promise kept: what is committed has
 * gone through fsync.
 *
 * @param use is given how a Tonegate comes to a database there, which stands beside its data folder.
 */
export async function withPostgres<T>(
  use: (environmentFor: (data: string) => Promise<OnPostgres>) => Promise<T>,
): Promise<T> {
  const postgres = await startPostgres({}, tmpdir())
  try {
    return await use(async (data) => ({
      TONEGATE_STORE: await databaseFor(postgres.url, data),
      TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    }))
  } finally {
    await postgres.stop()
  }
}
