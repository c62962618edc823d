import { randomUUIDv7 } from 'node:crypto'
import fastify from 'fastify'
import { createGroupCommit, openDurable } from './group-commit.ts'

export interface InsertFloor {
  /** Where its database is. */
  readonly file: string
  /** Bytes of a row: as many as Tonegate stores for a new session. */
  readonly rowBytes: number
  /** What each request is answered with, but for the GUID. */
  readonly answer: Readonly<Record<string, string>>
}

/**
 * The least that a durable `POST /v1/session` can cost: parses the JSON and inserts one row; requests that
 * arrive in one turn of the event loop share a commit. No check, no token made, no state kept.
 */
export function createInsertFloor({ file, rowBytes, answer }: InsertFloor) {
  const database = openDurable(file)
  database.exec('CREATE TABLE session (guid TEXT PRIMARY KEY, content TEXT NOT NULL)')
  const insert = database.prepare('INSERT INTO session VALUES (?, ?)')
  const write = createGroupCommit(database)

  const app = fastify()
  app.addHook('onClose', () => database.close())
  app.post('/globalpci/v1/session', (request, reply) => {
    const guid = randomUUIDv7()
    const content = JSON.stringify(request.body).padEnd(rowBytes - guid.length)
    write(
      () => insert.run(guid, content),
      () => reply.send({ sessionGuid: guid, ...answer }),
    )
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as InsertFloor & { port: number }
  await createInsertFloor(settings).listen({ port })
}
