import type { AuthorizationErrorCode, OAuthErrorCode } from '../../base/problem.ts'
import type { Advice } from './advice.ts'

const plainParameters = 'Send plain parameters, as `scope` and `redirect_uri` are sent.'

/** The errors that come back to a client’s redirect URI. */
export const authorizationAdvice: Readonly<Record<AuthorizationErrorCode, Advice>> = {
  invalid_request: {
    cause:
      'A parameter is missing, malformed or was sent more than once; a public client sent no `code_challenge`; or the `code_challenge` is not S256.',
    remedy: 'Correct the address that the user is sent to, as `error_description` says.',
  },
  unauthorized_client: {
    cause: 'The client is not registered for the flow.',
    remedy: 'Use a flow that it is registered for, or have an administrator add it.',
  },
  access_denied: {
    cause:
      'The user denied access, or belongs to a different account than the client while `prompt=none` forbids asking for another sign-in.',
    remedy: 'Let the user choose again, without `prompt=none`.',
  },
  unsupported_response_type: {
    cause: '`response_type` is neither `code` nor `token`.',
    remedy: 'Send `code`.',
  },
  invalid_scope: {
    cause: '`scope` is missing, or contains a scope that is unknown or that the client was not given.',
    remedy: 'Send only scopes that the client was given, separated by spaces.',
  },
  login_required: {
    cause:
      'The user has to sign in, or is not the one that `id_token_hint` names, while `prompt=none` forbids asking.',
    remedy: 'Send the user here again without `prompt=none`.',
  },
  consent_required: {
    cause: 'The user has to consent, while `prompt=none` forbids asking.',
    remedy: 'Send the user here again without `prompt=none`.',
  },
  request_not_supported: {
    cause: 'Request objects are not supported.',
    remedy: plainParameters,
  },
  request_uri_not_supported: {
    cause: 'Parameters by reference are not supported.',
    remedy: plainParameters,
  },
  temporarily_unavailable: {
    cause: 'The server is overloaded, or cannot store anything at the moment.',
    remedy: 'Send the user here again in a moment.',
  },
  server_error: {
    cause: 'An error on our side.',
    remedy: 'Look it up in the log, by the time and the client’s id.',
  },
}

/** The errors of the token endpoint, of introspection and of revocation. */
export const oauthAdvice: Readonly<Record<OAuthErrorCode, Advice>> = {
  invalid_request: {
    cause:
      'A parameter was sent more than once, the body is not form-encoded or larger than 16 KiB, the client used more than one authentication method, or the method is not POST. An `Authorization` header with a scheme other than `Basic` is ignored.',
    remedy:
      'Send a POST with a form-encoded body (`application/x-www-form-urlencoded`), each parameter once, and the client credentials in one place only.',
  },
  invalid_client: {
    cause:
      'Without a description, the client id or the secret is wrong, the assertion is invalid, or the client is disabled or belongs to another region. With one, the credentials were missing, in the URL, or not readable. The status is 401 with `WWW-Authenticate: Basic` if Basic was used, and always at introspection; otherwise 400.',
    remedy:
      'Send `client_id` and `client_secret` in the form-encoded body or in an `Authorization: Basic` header, never in the URL.',
  },
  invalid_grant: {
    cause: 'The code, token or password that was to be exchanged is wrong, used or expired.',
    remedy: 'Start again: send the user to sign in, or ask for the password again.',
  },
  unauthorized_client: {
    cause: 'The client is not registered for this flow; the description names the flows that it may use.',
    remedy: 'Use one of those, or have an administrator register the client for this one.',
  },
  unsupported_grant_type: {
    cause: '`grant_type` is missing or names a flow that the server does not support.',
    remedy: 'Send `client_credentials`, `authorization_code`, `refresh_token` or `password`.',
  },
  invalid_scope: {
    cause:
      '`scope` is missing, or contains a scope that is unknown or that the client was not given. The description then lists the scopes that it was given.',
    remedy: 'Send only those, separated by spaces. The scope `email` does not exist: use `openid profile`.',
  },
  invalid_dpop_proof: {
    cause:
      'The `DPoP` header does not hold a valid proof for this request (RFC 9449 §4.3), or is missing although the client’s tokens are always bound.',
    remedy: 'Make a new proof for each request, as `error_description` says.',
  },
  temporarily_unavailable: {
    cause:
      'Too many requests, or too many failed attempts with wrong credentials (429). Or the server is overloaded, or cannot store anything at the moment (503).',
    remedy: 'Try again after the time in `Retry-After`; correct client credentials are accepted at once.',
  },
  'Internal Server Error': {
    cause: 'An error on our side (500).',
    remedy: 'Try again later. The log has it.',
  },
}
