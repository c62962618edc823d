import type { FormParameters, SentForm } from '../endpoints/form-parameters.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
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

/** What is looked at for a client's credentials, besides the parameters of the body. */
export interface CredentialsRequest {
  readonly headers: { readonly authorization?: string | undefined }
  readonly url: string
}

/**
 * Finds a client's credentials in a request (RFC 6749 §2.3.1, RFC 7521 §4.2). Of what an `Authorization` header may
 * hold only Basic is a client's way.
 *
 * @throws {OAuthError} `invalid_request` when the client used more than one way (§2.3), `invalid_client` when
 *   there are no credentials or they cannot be read.
 */
export function readPresentedCredentials(
  request: CredentialsRequest,
  parameters: SentForm,
): PresentedCredentials {
  const id = parameters.get('client_id')
  const secret = parameters.secrets.get('client_secret')
  const basic = readBasicCredentials(request.headers.authorization)
  const usesBasic = basic !== 'absent' && basic !== 'empty'
  if (parameters.has('client_assertion') || parameters.has('client_assertion_type')) {
    if (usesBasic || secret !== undefined) throw moreThanOneWay()
    return presentedByAssertion(parameters)
  }
  if (!usesBasic) {
    const method = basic === 'empty' ? 'basic' : 'body'
    if (id === undefined) throw invalidClient(method, missingCredentials(request.url))
    return { method: 'body', id, ...(secret !== undefined && { secret }) }
  }
  if (secret !== undefined || (id !== undefined && (basic === 'unreadable' || id !== basic.id))) {
    throw moreThanOneWay()
  }
  if (basic === 'unreadable') throw invalidClient('basic', unreadableBasic)
  return presentedByBasic(basic)
}

const howToSend =
  'Send client_id and client_secret in the form-encoded body or in a Basic Authorization header.'

/** They may be somewhere, and still not be looked for there (RFC 6749 §2.3.1). */
function missingCredentials(url: string): string {
  const inUrl = new URLSearchParams(url.split('?')[1] ?? '')
  return inUrl.has('client_id') || inUrl.has('client_secret')
    ? `Client credentials in the URL are ignored. ${howToSend}`
    : `The request has no client credentials. ${howToSend}`
}

/** Said of every id alike, so that it tells nobody which there are. */
export const missingSecret = `The request has a client_id but no client_secret. ${howToSend}`

const unreadableBasic =
  'The Basic Authorization header cannot be decoded. It must hold client_id:client_secret in Base64.'

const presentedByBasic = ({ id, secret }: Credentials): PresentedCredentials => ({
  method: 'basic',
  id,
  ...(secret !== '' && { secret }),
})

function presentedByAssertion(parameters: FormParameters): PresentedCredentials {
  const assertion = parameters.get('client_assertion')
  const type = parameters.get('client_assertion_type')
  if (assertion === undefined || type === undefined) {
    const description = 'client_assertion and client_assertion_type must be sent together'
    throw new OAuthError('invalid_request', { description })
  }
  const subject = type === jwtBearer ? readAssertionSubject(assertion) : undefined
  if (subject === undefined) throw invalidClient('assertion')
  const id = parameters.get('client_id')
  if (id !== undefined && id !== subject) throw moreThanOneWay()
  return { method: 'assertion', id: subject, assertion }
}

const moreThanOneWay = () =>
  new OAuthError('invalid_request', {
    description:
      'The client used more than one authentication method. Use the Authorization header or the body.',
    explained: true,
  })

/**
 * 401 with the scheme that the client used; 400 when it used the body (RFC 6749 §5.2).
 *
 * @param description what to do about it; absent where a guesser would learn from it.
 */
export function invalidClient(method: PresentedCredentials['method'], description?: string): OAuthError {
  const said = description !== undefined && { description }
  if (method === 'assertion') return new OAuthError('invalid_client', { ...said })
  const explained = said && ({ ...said, explained: true } as const)
  if (method === 'body') return new OAuthError('invalid_client', { ...explained })
  const headers = { 'www-authenticate': 'Basic realm="tonegate"' }
  return new OAuthError('invalid_client', { ...explained, status: 401, headers })
}
