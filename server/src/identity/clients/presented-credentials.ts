import type { FormParameters } from '../form-parameters.ts'
import { OAuthError } from '../oauth-error.ts'
import { type Credentials, readBasicCredentials } from './basic-credentials.ts'

/** How a client presents itself to an OAuth endpoint. */
export interface PresentedCredentials {
  /** By the `Authorization` header, or by parameters of the body. */
  readonly method: 'basic' | 'body'
  readonly id: string
  /** Absent when the client only said who it is. */
  readonly secret?: string
}

/**
 * Finds a client's credentials in a request (RFC 6749 §2.3.1).
 *
 * @throws {OAuthError} `invalid_request` when the client used more than one way (§2.3), `invalid_client` when
 *   there are no credentials or they cannot be read.
 */
export function readPresentedCredentials(
  authorization: string | undefined,
  parameters: FormParameters,
): PresentedCredentials {
  const id = parameters.get('client_id')
  const secret = parameters.get('client_secret')
  if (authorization === undefined) {
    if (id === undefined) throw invalidClient('body')
    return { method: 'body', id, ...(secret !== undefined && { secret }) }
  }
  const credentials = readBasicCredentials(authorization)
  if (secret !== undefined || (id !== undefined && id !== credentials?.id)) throw moreThanOneWay()
  if (credentials === undefined) throw invalidClient('basic')
  return presentedByBasic(credentials)
}

const presentedByBasic = ({ id, secret }: Credentials): PresentedCredentials => ({
  method: 'basic',
  id,
  ...(secret !== '' && { secret }),
})

const moreThanOneWay = () =>
  new OAuthError('invalid_request', { description: 'The client authenticates in more than one way' })

/** 401 with the scheme that the client used; 400 when it used the body (RFC 6749 §5.2). */
export function invalidClient(method: PresentedCredentials['method']): OAuthError {
  if (method === 'body') return new OAuthError('invalid_client')
  const headers = { 'www-authenticate': 'Basic realm="tonegate"' }
  return new OAuthError('invalid_client', { status: 401, headers })
}
