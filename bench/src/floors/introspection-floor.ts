import formbody from '@fastify/formbody'
import fastify from 'fastify'
import type { TokenSettings } from './access-token.ts'
import { createBasicClient } from './basic-client.ts'
import { answerHeaders } from './token-floor.ts'
import { type Claims, createTokenVerifier, hasEnded } from './verify-token.ts'

/**
 * The least that introspection can cost: parses the form and the Basic header, compares the secret's SHA-256 in
 * constant time, verifies the signature of a token that it has not seen, remembers the claims, and answers them.
 * It forgets no token and knows of no revocation.
 */
export function createIntrospectionFloor(settings: TokenSettings) {
  const isClient = createBasicClient(settings)
  const verifyToken = createTokenVerifier(settings)
  const known = new Map<string, Claims>()
  const app = fastify()
  app.register(formbody)
  app.post<{ Body: Readonly<Record<string, string>> }>('/auth/connect/introspect', (request, reply) => {
    if (!isClient(request.headers.authorization)) {
      reply.code(401).send({ error: 'invalid_client' })
      return
    }
    const answer = (claims: Claims | undefined) =>
      reply
        .headers(answerHeaders)
        .send(JSON.stringify(claims ? { active: true, ...claims, token_type: 'Bearer' } : { active: false }))
    const { token = '' } = request.body
    const claims = known.get(token)
    if (claims) {
      answer(hasEnded(claims) ? undefined : claims)
      return
    }
    verifyToken(token, (verified) => {
      if (verified) known.set(token, verified)
      answer(verified)
    })
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as TokenSettings & { port: number }
  await createIntrospectionFloor(settings).listen({ port })
}
