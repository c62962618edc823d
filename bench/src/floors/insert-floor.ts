import { randomUUIDv7 } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import fastify from 'fastify'

export interface InsertFloor {
  /** Where its database is. */
  readonly file: string
  /** Bytes of a row: as many as Tonegate stores for a new session. */
  readonly rowBytes: number
  /** What each request is answered with, but for the GUID. */
  readonly answer: Readonly<Record<string, string>>
}

interface Waiting {
  readonly row: readonly [guid: string, content: string]
  committed(): void
}

/**
 * The least that a durable `POST /v1/session` can cost: parses the JSON and inserts one row; requests that
 * arrive in one turn of the event loop share a commit. No check, no token made, no state kept.
 */
export function createInsertFloor({ file, rowBytes, answer }: InsertFloor) {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    CREATE TABLE session (guid TEXT PRIMARY KEY, content TEXT NOT NULL)`)
  const insert = database.prepare('INSERT INTO session VALUES (?, ?)')
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  let waiting: Waiting[] = []
  const commitGroup = () => {
    const group = waiting
    waiting = []
    begin.run()
    for (const { row } of group) insert.run(...row)
    commit.run()
    for (const { committed } of group) committed()
  }

  const app = fastify()
  app.addHook('onClose', () => database.close())
  app.post('/globalpci/v1/session', (request, reply) => {
    const guid = randomUUIDv7()
    const content = JSON.stringify(request.body).padEnd(rowBytes - guid.length)
    const committed = () => reply.send({ sessionGuid: guid, ...answer })
    if (waiting.push({ row: [guid, content], committed }) === 1) setImmediate(commitGroup)
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as InsertFloor & { port: number }
  await createInsertFloor(settings).listen({ port })
}
