import { argon2, timingSafeEqual } from 'node:crypto'
import formbody from '@fastify/formbody'
import fastify from 'fastify'
import { createAccessTokens, lifetimeSeconds, type TokenSettings } from './access-token.ts'
import { createBasicClient } from './basic-client.ts'
import { answerHeaders } from './token-floor.ts'

export interface PasswordFloor extends TokenSettings {
  readonly username: string
  /** As Tonegate's database holds it: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
  readonly passwordHash: string
}

/**
 * The least that a token endpoint with the password grant can cost: parses the form and the Basic header, hashes
 * the password with Argon2id on libuv's threads, as many at a time as there are threads, and signs; for client
 * credentials it signs. No throttle, and nothing that keeps the one from being in the other's way.
 */
export function createPasswordFloor({ username, passwordHash, ...settings }: PasswordFloor) {
  const signAccessToken = createAccessTokens(settings)
  const isClient = createBasicClient(settings)
  const known = readHash(passwordHash)
  const app = fastify()
  app.register(formbody)
  app.post<{ Body: Readonly<Record<string, string>> }>('/auth/connect/token', (request, reply) => {
    const { body, headers } = request
    if (!isClient(headers.authorization)) {
      reply.code(401).send({ error: 'invalid_client' })
      return
    }
    const issue = () =>
      signAccessToken(body.scope ?? '', (error, token) => {
        if (error) return reply.code(500).send({ error: 'server_error' })
        reply
          .headers(answerHeaders)
          .send(`{"access_token":"${token}","expires_in":${lifetimeSeconds},"token_type":"Bearer"}`)
      })
    if (body.grant_type === 'client_credentials') {
      issue()
      return
    }
    argon2('argon2id', { ...known.parameters, message: body.password ?? '' }, (error, tag) => {
      if (error || body.username !== username || !timingSafeEqual(tag, known.tag)) {
        return reply.code(400).send({ error: 'invalid_grant' })
      }
      issue()
    })
  })
  return app
}

/** The parts of the PHC string form. */
function readHash(text: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(text)
  if (!match) throw new Error('This is not the hash of a password.')
  const [, memory, passes, parallelism, salt = '', hash = ''] = match
  const tag = Buffer.from(hash, 'base64')
  return {
    tag,
    parameters: {
      nonce: Buffer.from(salt, 'base64'),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      tagLength: tag.length,
    },
  }
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as PasswordFloor & { port: number }
  await createPasswordFloor(settings).listen({ port })
}
