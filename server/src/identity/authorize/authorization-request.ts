import type { Region } from '../../base/region.ts'
import type { KnownClients } from '../clients/known-clients.ts'
import type { FormParameters } from '../endpoints/form-parameters.ts'
import { OAuthError } from '../endpoints/oauth-error.ts'
import { describeFlows } from '../grants/flow-not-registered.ts'
import { grantedScope } from '../grants/granted-scope.ts'
import type { IdTokenHint, ReadIdTokenHint } from './id-token-hints.ts'
import { afterPrompt, type Prompt, readPrompt } from './prompt.ts'
import { readResponseMode, readTarget } from './read-target.ts'
import { RefusedRequest, refused } from './refused-request.ts'
import type { ResponseTarget } from './response-target.ts'

export type ResponseType = 'code' | 'token'

/** An authorization request, every parameter of which has been looked at (RFC 6749 §4.1.1, §4.2.1). */
export interface AuthorizationRequest extends ResponseTarget {
  /** False: the request left it out, because the client has but one. */
  readonly redirectUriSent: boolean
  readonly responseType: ResponseType
  /** What the client will be given; space-separated. */
  readonly scope: string
  /** S256 (RFC 7636 §4.2); null when none was sent. */
  readonly codeChallenge: string | null
  readonly nonce: string | null
  /** `dpop_jkt` (RFC 9449 §10). */
  readonly keyThumbprint: string | null
  readonly prompt: ReadonlySet<Prompt>
  readonly maxAgeSeconds: number | undefined
  readonly loginHint: string | undefined
  /**
   * `id_token_hint`: whom the client wants to be signed in (OpenID Connect Core §3.1.2.1). `unknown`: it cannot be told,
   * because it is no ID token of ours, or one of so long ago that its key is gone.
   */
  readonly idTokenHint: IdTokenHint | 'unknown' | undefined
  /** The request as it came, without what is unknown: for forms, and to come back with. */
  readonly parameters: FormParameters
}

/**
 * Reads an authorization request, from a client or from a form of ours that carried it.
 *
 * @param doubled names of parameters that came more than once; they are not among `parameters`.
 * @throws {RefusedRequest} whenever it is not one that can be answered with a code or a token. A form's handler
 *   need not look at why: the authorization endpoint, sent the same parameters, says it to whom it concerns.
 */
export type ReadAuthorizationRequest = (
  parameters: FormParameters,
  doubled?: ReadonlySet<string>,
) => Promise<AuthorizationRequest>

/** What is read of a request; anything else is ignored (RFC 6749 §3.1). */
const known = [
  ...['response_type', 'client_id', 'redirect_uri', 'scope', 'state', 'response_mode'],
  ...['code_challenge', 'code_challenge_method', 'dpop_jkt', 'nonce', 'prompt', 'max_age'],
  ...['login_hint', 'id_token_hint', 'ui_locales', 'request', 'request_uri'],
]

/** Encoded, so that what came by a form fits into a URL and the answer's `state` into a header. */
const maxCharacters = 8 * 1024
const nonceCharacters = 512

const none: ReadonlySet<string> = new Set()

/** Makes the reader of authorization requests. It looks at them in the order of RFC 6749 §4.1.2.1. */
export function createAuthorizationRequests({
  clients,
  readHint,
}: {
  readonly clients: KnownClients
  readonly readHint: ReadIdTokenHint
}): ReadAuthorizationRequest {
  return async (sent, doubled = none) => {
    const parameters = withoutUnknown(sent)
    if (new URLSearchParams([...parameters]).toString().length > maxCharacters) {
      throw new RefusedRequest({ to: 'person', reason: 'request-malformed' })
    }
    const target = await readTarget(parameters, doubled, clients)
    if (doubled.size > 0) throw refused(target, 'invalid_request', 'A parameter was sent more than once')
    if (parameters.get('state') !== target.state)
      throw refused(target, 'invalid_request', 'state is malformed')
    if (parameters.has('request')) throw refused(target, 'request_not_supported')
    if (parameters.has('request_uri')) throw refused(target, 'request_uri_not_supported')
    const responseType = readResponseType(parameters, target)
    const sentHint = parameters.get('id_token_hint')
    return {
      ...target,
      responseType,
      redirectUriSent: parameters.has('redirect_uri'),
      scope: readScope(parameters, target, responseType),
      codeChallenge: responseType === 'code' ? readCodeChallenge(parameters, target) : null,
      nonce: readNonce(parameters, target),
      keyThumbprint: readKeyThumbprint(parameters, target),
      prompt: readPrompts(parameters, target),
      maxAgeSeconds: readMaxAge(parameters, target),
      loginHint: parameters.get('login_hint'),
      idTokenHint: sentHint === undefined ? undefined : ((await readHint(sentHint)) ?? 'unknown'),
      parameters,
    }
  }
}

/**
 * Writes the address of the authorization endpoint with a request's parameters, for a form's handler to send the
 * person back to.
 *
 * @param sent whatever else the form held is left out.
 * @param done what the person has just been asked, and need not be asked again.
 */
export type AuthorizeUrl = (sent: FormParameters, done?: 'login' | 'consent') => string

export function createAuthorizeUrl({ issuer }: Region): AuthorizeUrl {
  const path = authorizePath(issuer)
  return (sent, done) => {
    const parameters = withoutUnknown(sent)
    const left = done === undefined ? parameters : afterPrompt(parameters, done)
    return `${path}?${new URLSearchParams([...left])}`
  }
}

export const authorizePath = (issuer: string): string => `${new URL(issuer).pathname}/connect/authorize`

function withoutUnknown(sent: FormParameters): FormParameters {
  return new Map(
    known.flatMap((name) => {
      const value = sent.get(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

function readResponseType(parameters: FormParameters, target: ResponseTarget): ResponseType {
  const { client, redirectUri } = target
  const sent = parameters.get('response_type')
  if (sent === undefined) throw refused(target, 'invalid_request', 'response_type is missing')
  if (sent !== 'code' && sent !== 'token') throw refused(target, 'unsupported_response_type')
  if (!client.flows.has(sent === 'code' ? 'authorization_code' : 'implicit')) {
    const flow = sent === 'code' ? 'authorization_code' : 'implicit'
    throw refused(target, 'unauthorized_client', describeFlows(client, flow))
  }
  if (sent === 'token' && client.dpopBound) {
    throw refused(
      target,
      'unauthorized_client',
      'response_type token is not possible: the tokens of this client are bound to a key',
    )
  }
  if (readResponseMode(parameters, redirectUri) === undefined) {
    throw refused(target, 'invalid_request', 'This response_mode is not supported here')
  }
  return sent
}

/** A refresh token is never issued with a token (RFC 6749 §4.2.2), so there `offline_access` means nothing. */
function readScope(parameters: FormParameters, target: ResponseTarget, type: ResponseType): string {
  const sent = parameters.get('scope')
  const names = sent?.split(' ').filter((name) => name !== 'offline_access')
  try {
    return grantedScope(target.client, type === 'token' ? names?.join(' ') : sent, 'user')
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw refused(target, 'invalid_scope', error.description)
  }
}

/** A SHA-256 in base64url, without padding. */
const digest = /^[A-Za-z0-9_-]{43}$/

/** Only S256 is taken: without a method `plain` is meant (RFC 7636 §4.3, RFC 9700 §2.1.1). */
function readCodeChallenge(parameters: FormParameters, target: ResponseTarget): string | null {
  const challenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (challenge === undefined) {
    if (target.client.clientType === 'public' || method !== undefined) {
      throw refused(target, 'invalid_request', 'code challenge required')
    }
    return null
  }
  if (method !== 'S256') throw refused(target, 'invalid_request', 'code_challenge_method must be S256')
  if (!digest.test(challenge)) throw refused(target, 'invalid_request', 'code_challenge is malformed')
  return challenge
}

function readNonce(parameters: FormParameters, target: ResponseTarget): string | null {
  const nonce = parameters.get('nonce') ?? null
  if (nonce === null) return null
  // PostgreSQL keeps it in no text.
  if (nonce.includes('\0')) throw refused(target, 'invalid_request', 'nonce contains the character U+0000')
  if (nonce.length <= nonceCharacters) return nonce
  throw refused(target, 'invalid_request', `nonce has more than ${nonceCharacters} characters`)
}

function readKeyThumbprint(parameters: FormParameters, target: ResponseTarget): string | null {
  const thumbprint = parameters.get('dpop_jkt') ?? null
  if (thumbprint === null || digest.test(thumbprint)) return thumbprint
  throw refused(target, 'invalid_request', 'dpop_jkt is malformed')
}

function readPrompts(parameters: FormParameters, target: ResponseTarget): ReadonlySet<Prompt> {
  const prompt = readPrompt(parameters.get('prompt'))
  if (prompt === undefined) throw refused(target, 'invalid_request', 'This prompt is not supported')
  return prompt
}

/** To be no older than nothing is to sign in anew (OpenID Connect Core §3.1.2.1); the endpoint treats both alike. */
function readMaxAge(parameters: FormParameters, target: ResponseTarget): number | undefined {
  const sent = parameters.get('max_age')
  if (sent === undefined) return undefined
  if (!/^\d{1,10}$/.test(sent))
    throw refused(target, 'invalid_request', 'max_age must be a whole number of seconds')
  return Number(sent)
}
