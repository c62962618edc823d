import formbody from '@fastify/formbody'
import fastify from 'fastify'
import { createAccessTokens, lifetimeSeconds, type TokenSettings } from './access-token.ts'
import { createBasicClient } from './basic-client.ts'

export const answerHeaders = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-type': 'application/json; charset=utf-8',
}

/**
 * The least that a token endpoint can cost: parses the form and the Basic header, compares the secret's SHA-256
 * in constant time, signs. No throttle, no check of scope, flow or repeated parameter.
 */
export function createTokenFloor(settings: TokenSettings) {
  const signAccessToken = createAccessTokens(settings)
  const isClient = createBasicClient(settings)
  const app = fastify()
  app.register(formbody)
  app.post<{ Body: Readonly<Record<string, string>> }>('/auth/connect/token', (request, reply) => {
    const { grant_type: grantType, scope } = request.body
    if (grantType !== 'client_credentials' || !scope) {
      reply.code(400).send({ error: 'invalid_request' })
      return
    }
    if (!isClient(request.headers.authorization)) {
      reply.code(401).send({ error: 'invalid_client' })
      return
    }
    signAccessToken(scope, (error, token) => {
      if (error) return reply.code(500).send({ error: 'server_error' })
      reply
        .headers(answerHeaders)
        .send(`{"access_token":"${token}","expires_in":${lifetimeSeconds},"token_type":"Bearer"}`)
    })
  })
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as TokenSettings & { port: number }
  await createTokenFloor(settings).listen({ port })
}
