import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { parseGuid } from '../../base/guid.ts'
import type { Http } from '../../base/http.ts'
import type { Log } from '../../base/log.ts'
import { Problem } from '../../base/problem.ts'
import { quotaHeaders, type RateLimit } from '../../base/rate-limit.ts'
import type { Client } from '../clients/known-clients.ts'
import { type PresentedCredentials, readPresentedCredentials } from '../clients/presented-credentials.ts'
import { type FormParameters, noParameters, readFormParameters } from '../form-parameters.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Grant, Granted } from './grant.ts'

/** A token request is never larger (contract/authentication §5). */
const mostBytes = 16 * 1024

const answerHeaders = {
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'content-type': 'application/json; charset=utf-8',
}

interface TokenEndpoint {
  /** By the value of `grant_type`. */
  readonly grants: ReadonlyMap<string, Grant>
  readonly authenticate: (credentials: PresentedCredentials, address: string) => Promise<Client>
  /** For each client that has authenticated; null: no limit. */
  readonly rateLimit: RateLimit | null
  readonly lifetimeSeconds: number
  readonly log: Log
}

/**
 * `POST /auth/connect/token` (RFC 6749 §3.2, contract/authentication §3 to §5). The client authenticates
 * first; only then is its request looked at.
 */
export function addTokenEndpoint(app: Http, path: string, endpoint: TokenEndpoint): void {
  const { grants, authenticate, rateLimit, lifetimeSeconds, log } = endpoint

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const parameters = (request.body as FormParameters | undefined) ?? noParameters
    const credentials = readPresentedCredentials(request.headers.authorization, parameters)
    const client = await authenticate(credentials, request.ip)
    if (rateLimit !== null) reply.headers(takeQuota(rateLimit, client))
    const grant = grants.get(parameters.get('grant_type') ?? '')
    if (grant === undefined) {
      throw new OAuthError('unsupported_grant_type', { description: 'Invalid grant_type' })
    }
    const granted = await grant({ client, parameters, address: request.ip, keyThumbprint: null })
    log.debug({ clientId: client.id, scope: granted.scope }, 'a token was issued')
    reply.headers(answerHeaders)
    return tokenResponse(granted, lifetimeSeconds, parameters.get('scope'))
  }

  app.register((scope, _options, done) => {
    scope.setChildLoggerFactory((logger) => logger)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser<Buffer>(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer', bodyLimit: mostBytes },
      (_request, body, parsed) => {
        try {
          parsed(null, readFormParameters(body))
        } catch (error) {
          parsed(error as Error)
        }
      },
    )
    scope.setErrorHandler<FastifyError | OAuthError | Problem>((error, request, reply) => {
      const refusal = asOAuthError(error)
      logRefusal(refusal, error, request, log)
      return reply.code(refusal.status).headers(answerHeaders).headers(refusal.headers).send(refusal.body)
    })
    scope.post(path, answer)
    done()
  })
}

/**
 * The members of contract/authentication §4, in its order; `scope` only when it is not the one asked for.
 * None of the values holds a character that JSON escapes.
 */
function tokenResponse(granted: Granted, seconds: number, asked: string | undefined): string {
  const { accessToken, scope, refreshToken, idToken } = granted
  const ofScope = scope === asked ? '' : `,"scope":"${scope}"`
  const ofRefresh = refreshToken === undefined ? '' : `,"refresh_token":"${refreshToken}"`
  const ofIdentity = idToken === undefined ? '' : `,"id_token":"${idToken}"`
  const rest = `${ofScope}${ofRefresh}${ofIdentity}`
  return `{"access_token":"${accessToken}","expires_in":${seconds},"token_type":"Bearer"${rest}}`
}

function takeQuota(rateLimit: RateLimit, client: Client): Record<string, string> {
  const quota = rateLimit.take(client.id)
  const headers = quotaHeaders(quota)
  if (quota.allowed) return headers
  const description = 'The client sends too many token requests. Try again later.'
  throw new OAuthError('temporarily_unavailable', { description, headers })
}

const unreadable: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body has more than 16 KiB',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body is not form-encoded',
}

/** What cannot be read becomes `invalid_request`, what is our own fault the 500 of the contract. */
function asOAuthError(error: FastifyError | OAuthError | Problem): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof Problem && error.status < 500) {
    return new OAuthError('invalid_request', { description: error.message })
  }
  const [code, status] = 'statusCode' in error ? [error.code, error.statusCode ?? 500] : ['', 500]
  if (status >= 400 && status < 500) {
    return new OAuthError('invalid_request', { description: unreadable[code] ?? 'The request is malformed' })
  }
  return new OAuthError('Internal Server Error', { description: 'An internal server error occurred' })
}

function logRefusal(refusal: OAuthError, cause: Error, request: FastifyRequest, log: Log): void {
  const entry = { error: refusal.code, ...clientIdOf(request) }
  if (refusal.status >= 500) log.error({ ...entry, err: cause, id: request.id }, 'a token request failed')
  else if (refusal.status === 429) log.warn(entry, 'token requests are throttled')
  else log.info(entry, 'a token request was refused')
}

/** For the log: an id in the form of one, or nothing. */
function clientIdOf({ headers, body }: FastifyRequest): { clientId?: string } {
  try {
    const { id } = readPresentedCredentials(headers.authorization, (body as FormParameters) ?? noParameters)
    const clientId = parseGuid(id)
    return clientId === undefined ? {} : { clientId }
  } catch {
    return {}
  }
}
