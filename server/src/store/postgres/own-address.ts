import { readPostgresUrl } from '../../base/postgres-url.ts'
import { connectTo } from './connect.ts'
import { asPostgresFailure } from './postgres-faults.ts'

const thisMachine = '127.0.0.1'

/**
 * The address by which this process comes to its database: others that come to the same database reach it there, where
 * nothing between changes addresses.
 *
 * @throws {StoreUnavailable}
 */
export async function ownAddress(url: string): Promise<string> {
  try {
    const client = await connectTo(readPostgresUrl(url), {})
    try {
      const { rows } = await client.query<{ address: string | null }>(
        'SELECT host(inet_client_addr()) AS address',
      )
      return rows[0]?.address ?? thisMachine
    } finally {
      await client.end()
    }
  } catch (error) {
    throw asPostgresFailure(error)
  }
}
