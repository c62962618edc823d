import { hash, timingSafeEqual } from 'node:crypto'
import fastify from 'fastify'

export interface KeysFloor {
  /** The one key that is let in, `tgp_…`. */
  readonly key: string
}

/**
 * The least that `POST /calls/v1/calls/{callGuid}/keys` can cost: hashes the bearer key and compares it in constant time,
 * parses the JSON, answers JSON. No call, no session, no key goes anywhere.
 */
export function createKeysFloor({ key }: KeysFloor) {
  const known = hash('sha256', key, 'buffer')
  const app = fastify()
  app.post<{ Body: { readonly keys: string } }>('/calls/v1/calls/:callGuid/keys', (request, reply) => {
    const sent = request.headers.authorization?.slice('Bearer '.length) ?? ''
    if (timingSafeEqual(hash('sha256', sent, 'buffer'), known))
      reply.send({ taken: request.body.keys.length })
    else reply.code(401).send()
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as KeysFloor & { port: number }
  await createKeysFloor(settings).listen({ port })
}
