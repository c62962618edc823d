import type { Clock } from '../clock.ts'
import { readTokenAnswer, unexpected } from './read-answer.ts'
import { isHeaderText } from './send-once.ts'
import type { Send } from './send-with-retries.ts'
import type { GivenToken } from './token-cache.ts'

/** What a program signs in with: its own id and secret, or a token that it gets by another flow. */
export type Credentials = OwnClient | OwnToken

interface OwnClient {
  readonly clientId: string
  readonly clientSecret: string
  /** Default `globalpci`. */
  readonly scope?: string
}

interface OwnToken {
  /**
   * For the other flows: gives an access token. A text is asked for before each request, and an object is kept until shortly
   * before its end.
   */
  readonly token: () => Promise<string | GivenToken>
}

interface TokenParts {
  readonly send: Send
  readonly clock: Clock
  readonly url: string
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * How a token is asked for: by the client credentials grant (RFC 6749 §4.4), or as the program says.
 *
 * @throws {OAuthError | UnexpectedAnswerError} when none was given.
 */
export function tokenRequest(
  credentials: Credentials,
  parts: TokenParts,
): (stop: AbortSignal) => Promise<GivenToken> {
  if (!hasOwnToken(credentials)) return (stop) => clientCredentials(credentials, parts, stop)
  return async () => {
    const given = await credentials.token()
    const own = typeof given === 'string' ? { accessToken: given } : given
    if (!isToken(own?.accessToken)) throw new TypeError('token gave no access token that a header can carry.')
    return own
  }
}

/** Whether the program gets its token itself. */
export const hasOwnToken = (credentials: Credentials): credentials is OwnToken =>
  'token' in credentials && credentials.token !== undefined

const isToken = (text: unknown): text is string => isHeaderText(text) && !text.includes(' ')

async function clientCredentials(
  { clientId, clientSecret, scope = 'globalpci' }: OwnClient,
  { send, clock, url, timeout }: TokenParts,
  signal: AbortSignal,
): Promise<GivenToken> {
  const form = { grant_type: 'client_credentials', scope, client_id: clientId, client_secret: clientSecret }
  const answer = await send({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    timeout,
    signal,
    repeatable: true,
  })
  const { access_token, token_type, expires_in } = readTokenAnswer(answer, clock.now())
  if (!isToken(access_token)) throw unexpected(answer, 'it has no access_token')
  if (typeof token_type === 'string' && token_type.toLowerCase() !== 'bearer') {
    throw unexpected(answer, 'its token is not a bearer token')
  }
  const expiresIn = Number(expires_in ?? shortestLife)
  if (!(expiresIn > 0 && Number.isFinite(expiresIn))) {
    throw unexpected(answer, 'its expires_in is not a number of seconds')
  }
  return { accessToken: access_token, expiresIn }
}

/** Seconds, for a server that says nothing (RFC 6749 §5.1 recommends that it does). */
const shortestLife = 300
