import fastify from 'fastify'
import type { TokenSettings } from './access-token.ts'
import { createTokenVerifier } from './verify-token.ts'

export interface BearerFloor extends TokenSettings {
  /** What every session is answered with. */
  readonly status: Readonly<Record<string, unknown>>
}

/**
 * The least that `GET /v1/session/{sessionGuid}` can cost when every token has to be verified: the token's
 * signature, and the same JSON from memory.
 */
export function createBearerFloor({ status, ...settings }: BearerFloor) {
  const verifyToken = createTokenVerifier(settings)
  const app = fastify()
  app.get('/globalpci/v1/session/:sessionGuid', (request, reply) => {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
    verifyToken(token, (claims) => {
      if (claims) reply.send(status)
      else reply.code(401).send()
    })
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as BearerFloor & { port: number }
  await createBearerFloor(settings).listen({ port })
}
