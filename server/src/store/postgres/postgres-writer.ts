import type pg from 'pg'
import type { Job, Writer } from '../commit/writer.ts'
import type { ExecutedRows } from '../store.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { execute } from './connect.ts'
import type { KeptConnection } from './kept-connection.ts'

/** A {@link Writer} on one connection, whose statements are sent without waiting for one another's answers. */
export class PostgresWriter implements Writer {
  readonly #connection: KeptConnection
  /** The one that the transaction was begun on. */
  #client: Promise<pg.Client> | undefined

  constructor(connection: KeptConnection) {
    this.#connection = connection
  }

  async run(jobs: readonly Job[], begins: boolean): Promise<readonly ExecutedRows[]> {
    if (begins) this.#client = this.#connection.client()
    const client = await this.#begun()
    const begun = begins ? client.query('BEGIN ISOLATION LEVEL READ COMMITTED') : undefined
    const answers = jobs.map(({ statement, parameters }) => execute(client, statement, parameters))
    const settled = await Promise.allSettled([begun, ...answers])
    for (const each of settled) {
      if (each.status === 'rejected') throw this.#connection.failed(client, each.reason)
    }
    return Promise.all(answers)
  }

  /** A transaction that has failed is rolled back by `COMMIT`, and that is no error to PostgreSQL. */
  async commit(): Promise<void> {
    const begun = this.#begun()
    this.#client = undefined
    const client = await begun
    try {
      const { command } = await client.query('COMMIT')
      if (command !== 'COMMIT') throw new Error('The transaction could not be committed.')
    } catch (error) {
      throw this.#connection.failed(client, error)
    }
  }

  async rollBack(): Promise<void> {
    const begun = this.#client
    this.#client = undefined
    const client = await begun?.catch(() => undefined)
    await client?.query('ROLLBACK').catch((error) => this.#connection.failed(client, error))
  }

  #begun(): Promise<pg.Client> {
    if (this.#client) return this.#client
    throw new StoreUnavailable('the connection was lost', undefined, 'server')
  }
}
