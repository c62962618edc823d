import fastify from 'fastify'

export interface JsonFloor {
  /** What every session is answered with. */
  readonly status: Readonly<Record<string, unknown>>
}

/** The least that `GET /v1/session/{sessionGuid}` can cost: the same JSON from memory, without any check. */
export function createJsonFloor({ status }: JsonFloor) {
  const app = fastify()
  app.get('/globalpci/v1/session/:sessionGuid', (_request, reply) => {
    reply.send(status)
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as JsonFloor & { port: number }
  await createJsonFloor(settings).listen({ port })
}
