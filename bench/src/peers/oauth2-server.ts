import { hash, timingSafeEqual } from 'node:crypto'
import formbody from '@fastify/formbody'
import OAuth2Server from '@node-oauth/oauth2-server'
import fastify from 'fastify'
import { createAccessTokens, lifetimeSeconds, type TokenSettings } from '../floors/access-token.ts'

/**
 * `@node-oauth/oauth2-server` on Fastify, with a model in memory that knows one client and signs the same JWT.
 * Issued tokens are not kept: a JWT needs no table.
 */
export function createOauth2Server(settings: TokenSettings) {
  const server = new OAuth2Server({ model: createModel(settings), accessTokenLifetime: lifetimeSeconds })
  const app = fastify()
  app.register(formbody)
  app.post('/auth/connect/token', async (request, reply) => {
    const response = new OAuth2Server.Response()
    const asked = new OAuth2Server.Request({
      headers: request.headers as Record<string, string>,
      method: request.method,
      query: {},
      body: request.body,
    })
    try {
      await server.token(asked, response)
    } catch (error) {
      if (!(error instanceof OAuth2Server.OAuthError)) throw error
      reply.code(error.code)
    }
    return reply.headers(response.headers ?? {}).send(response.body)
  })
  return app
}

function createModel(settings: TokenSettings): OAuth2Server.ClientCredentialsModel {
  const signAccessToken = createAccessTokens(settings)
  const known = hash('sha256', settings.client.secret, 'buffer')
  const client = { id: settings.client.id, grants: ['client_credentials'] }
  return {
    getClient: async (id, secret) =>
      id === client.id && timingSafeEqual(known, hash('sha256', secret, 'buffer')) ? client : null,
    getUserFromClient: async () => ({ id: client.id }),
    validateScope: async (_user, _client, scope) =>
      scope?.every((each) => each === 'globalpci') ? scope : false,
    generateAccessToken: (_client, _user, scope) =>
      new Promise((resolve, reject) =>
        signAccessToken(scope.join(' '), (error, token) => (error ? reject(error) : resolve(token))),
      ),
    saveToken: async (token, owner, user) => ({ ...token, client: owner, user }),
    getAccessToken: async () => null,
  }
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as TokenSettings & { port: number }
  await createOauth2Server(settings).listen({ port })
}
