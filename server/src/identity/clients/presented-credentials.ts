import type { FormParameters, SentForm } from '../form-parameters.ts'
import { OAuthError } from '../oauth-error.ts'
import { type Credentials, readBasicCredentials } from './basic-credentials.ts'
import { jwtBearer, readAssertionSubject } from './client-assertion.ts'

/** How a client presents itself to an OAuth endpoint. */
export interface PresentedCredentials {
  /** By the `Authorization` header, by an id and a secret in the body, or by an assertion in the body. */
  readonly method: 'basic' | 'body' | 'assertion'
  readonly id: string
  /** Absent when the client only said who it is. */
  readonly secret?: string | Uint8Array
  /** `client_assertion` (RFC 7523 §2.2), with the method of that name. */
  readonly assertion?: string
}

/**
 * Finds a client's credentials in a request (RFC 6749 §2.3.1, RFC 7521 §4.2).
 *
 * @throws {OAuthError} `invalid_request` when the client used more than one way (§2.3), `invalid_client` when
 *   there are no credentials or they cannot be read.
 */
export function readPresentedCredentials(
  authorization: string | undefined,
  parameters: SentForm,
): PresentedCredentials {
  const id = parameters.get('client_id')
  const secret = parameters.secrets.get('client_secret')
  if (parameters.has('client_assertion') || parameters.has('client_assertion_type')) {
    if (authorization !== undefined || secret !== undefined) throw moreThanOneWay()
    return presentedByAssertion(parameters)
  }
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

function presentedByAssertion(parameters: FormParameters): PresentedCredentials {
  const assertion = parameters.get('client_assertion')
  const type = parameters.get('client_assertion_type')
  if (assertion === undefined || type === undefined) {
    const description = 'client_assertion and client_assertion_type come together'
    throw new OAuthError('invalid_request', { description })
  }
  const subject = type === jwtBearer ? readAssertionSubject(assertion) : undefined
  if (subject === undefined) throw invalidClient('assertion')
  const id = parameters.get('client_id')
  if (id !== undefined && id !== subject) throw moreThanOneWay()
  return { method: 'assertion', id: subject, assertion }
}

const moreThanOneWay = () =>
  new OAuthError('invalid_request', { description: 'The client authenticates in more than one way' })

/** 401 with the scheme that the client used; 400 when it used the body (RFC 6749 §5.2). */
export function invalidClient(method: PresentedCredentials['method'], description?: string): OAuthError {
  if (method !== 'basic') {
    return new OAuthError('invalid_client', description === undefined ? {} : { description })
  }
  const headers = { 'www-authenticate': 'Basic realm="tonegate"' }
  return new OAuthError('invalid_client', { status: 401, headers })
}
