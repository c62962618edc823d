import { Type } from 'typebox'
import { oauthErrors } from '../../base/problem.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

/** How a client says who it is in a body (RFC 6749 §2.3.1, RFC 7523 §2.2). */
const clientCredentials = {
  client_id: text('The client’s id; not with a Basic Authorization header.'),
  client_secret: text('The client’s secret; not with a Basic Authorization header.'),
  client_assertion_type: Type.Optional(
    Type.Enum(['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'], {
      type: 'string',
      description: 'With client_assertion.',
    }),
  ),
  client_assertion: text('A JWT that the client has signed, instead of a secret (private_key_jwt).'),
}

/** The parameters of the token endpoint (RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6). */
export const tokenRequest = Type.Object(
  {
    grant_type: Type.Enum(['client_credentials', 'authorization_code', 'refresh_token', 'password'], {
      type: 'string',
      title: 'GrantType',
      description: 'The flow; the client has to be registered for it.',
    }),
    scope: text('Scopes, separated by spaces; required by client_credentials and password.'),
    ...clientCredentials,
    code: text('With authorization_code: the code that the authorization endpoint sent.'),
    redirect_uri: text('With authorization_code: the one of the authorization request.'),
    code_verifier: text('With authorization_code: what code_challenge was made of (PKCE).'),
    refresh_token: text('With refresh_token: the refresh token. It is valid once; the answer has the next.'),
    username: text('With password.'),
    password: text('With password.'),
  },
  {
    title: 'TokenRequest',
    description: 'A request for an access token; which parameters are needed depends on the grant.',
  },
)

/** RFC 6749 §5.1, contract/authentication §4. */
export const tokenResponse = Type.Object(
  {
    access_token: Type.String({ description: 'A JWT; use it any number of times until it expires.' }),
    expires_in: Type.Integer({ description: 'In how many seconds it expires.', examples: [3600] }),
    token_type: Type.Enum(['Bearer', 'DPoP'], {
      type: 'string',
      description: 'DPoP if the token is bound to a key.',
    }),
    scope: text('The scopes that were granted, if they are not the ones asked for.'),
    refresh_token: text('For the next access token; with the scope offline_access.'),
    id_token: text('Who has signed in; with the scope openid.'),
  },
  { title: 'TokenResponse', description: 'An access token, and what came with it.' },
)

/** RFC 6749 §5.2, contract/authentication §5. */
export const oauthError = Type.Object(
  {
    error: Type.Enum(Object.keys(oauthErrors) as (keyof typeof oauthErrors)[], {
      type: 'string',
      title: 'OAuthErrorCode',
      description: 'The kind of error (RFC 6749 §5.2).',
    }),
    error_description: text('What is wrong with the request.'),
    error_uri: Type.Optional(
      Type.String({ format: 'uri', description: 'A page that says more about the error.' }),
    ),
  },
  { title: 'OAuthError', description: 'What an OAuth endpoint refuses a request with.' },
)

/** RFC 7662 §2.1. */
export const introspectionRequest = Type.Object(
  {
    token: Type.String({ description: 'An access token or a refresh token.' }),
    token_type_hint: text('Not needed: the two kinds look different.'),
    ...clientCredentials,
  },
  { title: 'IntrospectionRequest', description: 'The token that is asked about.' },
)

/** RFC 7662 §2.2. */
export const introspection = Type.Object(
  {
    active: Type.Boolean({
      description: 'Whether the token is valid at this moment. If not, nothing else is said of it.',
    }),
    scope: text('Its scopes, separated by spaces.'),
    client_id: text('The client that it was issued to.'),
    username: text('Whom it acts for; absent for a client in its own name.'),
    token_type: text('Bearer or DPoP; absent for a refresh token.'),
    exp: Type.Optional(Type.Integer({ description: 'When it expires, in seconds since 1970.' })),
    iat: Type.Optional(Type.Integer({ description: 'When it was issued, in seconds since 1970.' })),
    nbf: Type.Optional(Type.Integer({ description: 'From when it is valid, in seconds since 1970.' })),
    sub: text('The id of the user, or of the client in its own name.'),
    aud: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String())], { description: 'What it is for.' }),
    ),
    iss: text('Who issued it.'),
    jti: text('Its id.'),
    account: Type.Optional(Type.Integer({ description: 'The account that it acts for.' })),
    agent_id: text('The agent that the user is.'),
    cnf: Type.Optional(
      Type.Object(
        { jkt: Type.String({ description: 'The thumbprint of the key.' }) },
        { title: 'TokenConfirmation', description: 'The key that a token is bound to (RFC 9449 §6).' },
      ),
    ),
  },
  { title: 'Introspection', description: 'What a token is worth at this moment (RFC 7662).' },
)

/** RFC 7009 §2.1. */
export const revocationRequest = Type.Object(
  {
    token: Type.String({ description: 'An access token or a refresh token.' }),
    token_type_hint: text('Not needed: the two kinds look different.'),
    ...clientCredentials,
  },
  { title: 'RevocationRequest', description: 'The token to revoke.' },
)

export const revoked = Type.Object(
  {},
  { title: 'Revocation', description: 'Nothing is said about a token that was revoked.' },
)
