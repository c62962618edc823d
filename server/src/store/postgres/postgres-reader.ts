import { atWork } from '../../base/at-work.ts'
import { Contended } from '../commit/contended.ts'
import type { CompiledStatement, Connection, ExecutedRows } from '../store.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { execute } from './connect.ts'
import type { KeptConnection } from './kept-connection.ts'

interface Lane {
  readonly connection: KeptConnection
  unanswered: number
}

/**
 * Reads over a few connections, each statement on the one with the fewest before it. What was lost with a connection is read
 * again on another.
 *
 * @param failed hears of what could not be read.
 */
export function createPostgresReader(
  connections: readonly KeptConnection[],
  failed: (failure: StoreUnavailable) => void,
): Connection {
  const lanes = connections.map((connection): Lane => ({ connection, unanswered: 0 }))
  const emptiest = () => lanes.reduce((best, each) => (each.unanswered < best.unanswered ? each : best))

  async function read(lane: Lane, statement: CompiledStatement, parameters: readonly unknown[]) {
    lane.unanswered += 1
    try {
      const client = await lane.connection.client()
      return await execute(client, statement, parameters).catch((error: unknown) => {
        throw lane.connection.failed(client, error)
      })
    } finally {
      lane.unanswered -= 1
    }
  }

  async function readAgain(
    statement: CompiledStatement,
    parameters: readonly unknown[],
  ): Promise<ExecutedRows> {
    try {
      return await read(emptiest(), statement, parameters)
    } catch (error) {
      if (!(error instanceof StoreUnavailable) && !(error instanceof Contended)) throw error
    }
    try {
      return await read(emptiest(), statement, parameters)
    } catch (error) {
      if (error instanceof StoreUnavailable) failed(error)
      throw error
    }
  }

  return { execute: (statement, parameters) => atWork(readAgain(statement, parameters)) }
}
