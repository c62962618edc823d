import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import { Problem } from '../../base/problem.ts'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import type { Throttle } from '../../base/throttle/throttle.ts'
import { FormBody } from '../../http/bodies/form-body.ts'
import type { Http } from '../../http/http.ts'
import { describeRefusal } from '../../http/refusals.ts'
import { refreshTokenHash } from '../session/view-refresh-tokens.ts'
import { type ApiTokens, apiTokenSeconds } from './api-tokens.ts'
import type { PresentedClient, ProviderClient, ProviderClients } from './provider-clients.ts'

/** What a token request is refused with (contract/provider §1). Always a 4xx: some clients look at nothing else. */
class TokenError extends Error {
  readonly error: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  constructor(error: string, text: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(text)
    this.error = error
    this.status = status
    this.headers = headers
  }
}

const answerHeaders = { 'cache-control': 'no-store', pragma: 'no-cache' }

/**
 * `POST /api/v1/token` (contract/provider §1): a client's credentials for an access token of 299 seconds, which limits
 * calls of the API and not a page that is open, and a refresh token, which opens the agent's page when the access token
 * has run out. It renews nothing here: a client asks again with its credentials.
 */
export function registerTokenEndpoint(
  app: Http,
  {
    clients,
    tokens,
    throttle,
    clock,
    random,
  }: Pick<Parts, 'clock' | 'random'> & {
    readonly clients: ProviderClients
    readonly tokens: ApiTokens
    readonly throttle: Throttle
  },
): void {
  /** What is right is looked at first and let in; only what is wrong is counted and slowed. */
  async function authenticate(presented: PresentedClient, address: string): Promise<ProviderClient> {
    const client = await clients.authenticate(presented)
    if (typeof client === 'object') return client
    const isThere = client === 'invalid_client_key'
    const attempt = isThere ? throttle.attempt(presented.clientId, address) : throttle.nameless(address)
    const wait = throttle.wait(attempt)
    if (wait !== undefined) {
      throw new TokenError('temporarily_unavailable', 'Too many failed attempts. Try again later.', 429, {
        'retry-after': String(wait),
      })
    }
    throttle.recordFailure(attempt)
    throw new TokenError(
      client,
      client === 'invalid_client' ? 'This client may not start sessions.' : 'The client secret is wrong.',
    )
  }

  app.post(
    '/api/v1/token',
    {
      errorHandler: (error, request, reply) => answerTokenError(error, request, reply),
    },
    async (request, reply) => {
      const presented = readPresented(request.body)
      describeRefusal(request, { clientId: presented.clientId })
      const { clientId, tenant, tenantName } = await authenticate(presented, request.ip)
      const refreshToken = random(16).toString('hex')
      const issuedAt = clock.now()
      reply.headers(answerHeaders)
      return {
        access_token: tokens.issue({
          clientId,
          tenant,
          username: presented.username,
          refreshTokenHash: refreshTokenHash(refreshToken),
        }),
        token_type: 'Bearer',
        expires_in: apiTokenSeconds,
        refresh_token: refreshToken,
        client_id: clientId,
        tenantName,
        '.issued': new Date(issuedAt).toUTCString(),
        '.expires': new Date(issuedAt + apiTokenSeconds * 1000).toUTCString(),
      }
    },
  )
}

function readPresented(body: unknown): PresentedClient {
  if (!(body instanceof FormBody))
    throw new TokenError(
      'invalid_request',
      'Unsupported Content-Type. Send application/x-www-form-urlencoded.',
    )
  const bytesOf = (name: string): Buffer => {
    const [value, another] = body.bytesOf(name, 'in-any-case')
    if (another) throw new TokenError('invalid_request', `${name} was sent twice.`)
    if (!value || value.length === 0) throw new TokenError('invalid_request', `${name} is missing.`)
    return value
  }
  const field = (name: string): string => bytesOf(name).toString()
  if (field('grant_type') !== 'client_credentials') {
    throw new TokenError('unsupported_grant_type', 'grant_type must be client_credentials.')
  }
  const clientId = field('client_id')
  if (!/^[\w.@-]{1,64}$/.test(clientId) || holdsCardNumber(clientId))
    throw new TokenError('invalid_client', 'Unknown client.')
  return {
    clientId,
    clientSecret: bytesOf('client_secret'),
    tenantName: field('tenantname').trim(),
    username: readUsername(field('username').trim()),
  }
}

const maxUsernameCharacters = 255

/** It is kept and logged, whoever made it up. */
function readUsername(name: string): string {
  const isName = [...name].length <= maxUsernameCharacters && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)
  if (!isName) throw new TokenError('invalid_request', 'username must have 1 to 255 printable characters.')
  if (holdsCardNumber(name)) throw new TokenError('invalid_request', 'username contains a card number.')
  return name
}

function answerTokenError(
  error: FastifyError | TokenError | Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = asTokenError(error)
  const { status, error: code } = refusal
  describeRefusal(request, { error: code })
  if (status >= 500)
    describeRefusal(request, { code, err: error, message: 'a provider token request failed' })
  else if (status === 429)
    describeRefusal(request, { code, message: 'a provider token request was throttled' })
  else describeRefusal(request, { code, message: 'a provider token request was refused' })
  return reply
    .code(refusal.status)
    .headers({ ...answerHeaders, ...refusal.headers })
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: refusal.error, error_description: refusal.message }))
}

function asTokenError(error: FastifyError | TokenError | Problem): TokenError {
  if (error instanceof TokenError) return error
  if (error instanceof Problem) {
    const { status, message, options } = error
    const refusal =
      status < 500 ? 'invalid_request' : status === 503 ? 'temporarily_unavailable' : 'server_error'
    return new TokenError(refusal, message, status, options.headers)
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (status < 500) return new TokenError('invalid_request', 'The request cannot be read.', status)
  return new TokenError('server_error', 'An internal error occurred.', 500)
}
