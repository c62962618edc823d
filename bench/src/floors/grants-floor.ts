import { hash, randomBytes } from 'node:crypto'
import formbody from '@fastify/formbody'
import fastify from 'fastify'
import { createAccessTokens, lifetimeSeconds, type TokenSettings } from './access-token.ts'
import { createBasicClient } from './basic-client.ts'
import { createGroupCommit, openDurable } from './group-commit.ts'
import { answerHeaders } from './token-floor.ts'

export interface GrantsFloor extends TokenSettings {
  /** Where its database is. */
  readonly file: string
  /** Bytes of a row: as many as Tonegate stores for a code or a refresh token. */
  readonly rowBytes: number
}

type Form = Readonly<Record<string, string>>

/**
 * The least that a durable code exchange and a durable rotation of a refresh token can cost: parses the form and
 * the Basic header, marks one row as used and, for a rotation, inserts the next; requests that arrive in one turn
 * of the event loop share a commit; then signs. Of a code only the verifier (PKCE, S256) is checked, of a
 * refresh token nothing but that it was not used.
 *
 * `GET /new/{count}` makes what a measurement begins with, and answers it.
 */
export function createGrantsFloor({ file, rowBytes, ...settings }: GrantsFloor) {
  const database = openDurable(file)
  database.exec(
    'CREATE TABLE issued (sha256 BLOB PRIMARY KEY, content TEXT NOT NULL, challenge TEXT, used_at INTEGER)',
  )
  const insert = database.prepare('INSERT INTO issued (sha256, content, challenge) VALUES (?, ?, ?)')
  const use = database.prepare(
    'UPDATE issued SET used_at = ? WHERE sha256 = ? AND used_at IS NULL AND challenge IS ?',
  )
  const write = createGroupCommit(database)
  const signAccessToken = createAccessTokens(settings)
  const isClient = createBasicClient(settings)
  const content = 'x'.repeat(Math.max(0, rowBytes - 32))

  const issue = (challenge: string | null): string => {
    const value = randomBytes(32).toString('base64url')
    insert.run(hash('sha256', value, 'buffer'), content, challenge)
    return value
  }
  const redeem = (value: string, challenge: string | null): boolean =>
    use.run(Date.now(), hash('sha256', value, 'buffer'), challenge).changes === 1
  const exchange = ({ code = '', code_verifier: verifier = '' }: Form) =>
    redeem(code, hash('sha256', verifier, 'base64url')) ? {} : undefined
  const rotate = ({ refresh_token: token = '' }: Form) =>
    redeem(token, null) ? { refreshToken: issue(null) } : undefined

  const app = fastify()
  app.addHook('onClose', () => database.close())
  app.register(formbody)
  app.post<{ Body: Form }>('/auth/connect/token', (request, reply) => {
    const { body, headers } = request
    if (!isClient(headers.authorization)) {
      reply.code(401).send({ error: 'invalid_client' })
      return
    }
    const operation = body.grant_type === 'refresh_token' ? rotate : exchange
    write<{ refreshToken?: string } | undefined>(
      () => operation(body),
      (redeemed) => {
        if (!redeemed) return reply.code(400).send({ error: 'invalid_grant' })
        const { refreshToken } = redeemed
        const ofRefresh = refreshToken === undefined ? '' : `,"refresh_token":"${refreshToken}"`
        signAccessToken('globalpci', (error, token) => {
          if (error) return reply.code(500).send({ error: 'server_error' })
          const answer = `{"access_token":"${token}","expires_in":${lifetimeSeconds},"token_type":"Bearer"`
          reply.headers(answerHeaders).send(`${answer}${ofRefresh}}`)
        })
      },
    )
  })
  app.get<{ Params: { count: string }; Querystring: { challenge?: string } }>(
    '/new/:count',
    ({ params, query }, reply) => {
      const make = () => Array.from({ length: Number(params.count) }, () => issue(query.challenge ?? null))
      write(make, (values) => reply.send(values))
    },
  )
  return app
}

if (import.meta.main) {
  const { port, ...settings } = JSON.parse(process.argv[2] ?? '{}') as GrantsFloor & { port: number }
  await createGrantsFloor(settings).listen({ port })
}
