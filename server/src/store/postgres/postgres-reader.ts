import { atWork } from '../../base/at-work.ts'
import { Contended, withoutContention } from '../commit/contended.ts'
import type { CompiledStatement, Connection, ExecutedRows } from '../store.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { execute } from './connect.ts'
import type { KeptConnection } from './kept-connection.ts'

/**
 * Reads over a few connections. The same statement takes the same one as long as it is there, so that what is asked for in an
 * order is answered in that order, as an engine in the same process would. What was lost with a connection is read again.
 *
 * @param failed hears of what could not be read.
 */
export function createPostgresReader(
  connections: readonly KeptConnection[],
  failed: (failure: StoreUnavailable) => void,
): Connection {
  const chosen = new Map<string, KeptConnection>()
  /** In turn, as statements are first run. */
  const connectionFor = (sql: string): KeptConnection => {
    const known = chosen.get(sql) ?? connections[chosen.size % connections.length]
    if (!known) throw new Error('There are no connections.')
    chosen.set(sql, known)
    return known
  }

  async function read(statement: CompiledStatement, parameters: readonly unknown[]): Promise<ExecutedRows> {
    const connection = connectionFor(statement.sql)
    const client = await connection.client()
    return execute(client, statement, parameters).catch((error: unknown) => {
      throw connection.failed(client, error)
    })
  }

  async function readAgain(
    statement: CompiledStatement,
    parameters: readonly unknown[],
  ): Promise<ExecutedRows> {
    try {
      return await read(statement, parameters)
    } catch (error) {
      if (!(error instanceof StoreUnavailable) && !(error instanceof Contended)) throw error
    }
    try {
      return await read(statement, parameters)
    } catch (error) {
      const known = withoutContention(error)
      if (known instanceof StoreUnavailable) failed(known)
      throw known
    }
  }

  return { execute: (statement, parameters) => atWork(readAgain(statement, parameters)) }
}
