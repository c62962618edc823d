import { statSync } from 'node:fs'
import { readPostgresUrl } from '../base/postgres-url.ts'
import type { StorePlace } from './open-store.ts'
import { connectTo } from './postgres/connect.ts'
import { asPostgresFailure } from './postgres/postgres-faults.ts'

/**
 * Whether a region has a database at a place. Nothing is opened for writing, and nothing made.
 *
 * @returns `empty` for a file without a byte.
 * @throws {StoreUnavailable} when no database server can be reached.
 */
export async function isDatabaseThere(place: StorePlace): Promise<'there' | 'empty' | 'missing'> {
  if ('url' in place) return (await hasTables(place)) ? 'there' : 'missing'
  const found = statSync(place.file, { throwIfNoEntry: false })
  if (!found) return 'missing'
  return found.size > 0 ? 'there' : 'empty'
}

/** A schema alone may have been made by whoever gives out rights. */
async function hasTables({
  url,
  schema,
}: {
  readonly url: string
  readonly schema: string
}): Promise<boolean> {
  try {
    const client = await connectTo(readPostgresUrl(url), {})
    try {
      const { rows } = await client.query('SELECT 1 FROM pg_tables WHERE schemaname = $1 LIMIT 1', [schema])
      return rows.length > 0
    } finally {
      await client.end()
    }
  } catch (error) {
    throw asPostgresFailure(error)
  }
}
