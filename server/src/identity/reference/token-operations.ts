import type { Operation } from '../../base/openapi/api-part.ts'
import { exampleIds, exampleOrigins } from '../../base/openapi/example-region.ts'
import { formBody, jsonAnswer, oauthAnswers } from './oauth-answers.ts'
import {
  introspection,
  introspectionRequest,
  revocationRequest,
  revoked,
  tokenRequest,
  tokenResponse,
} from './token-schemas.ts'

const accessToken = 'eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl'
const refreshToken = 'r1_5kQm8hV2tYp0aZ7cXb4nWd9eLs3uGfRi'
const client = { client_id: exampleIds.client, client_secret: 'the secret of the client' }

/** In a Basic Authorization header, or in the body, which needs no scheme. */
const byClient = [{ clientBasic: [] }, {}]

const tag = 'Tokens'

export const requestToken: Operation = {
  operationId: 'requestToken',
  tag,
  summary: 'Issues an access token',
  description:
    'A client sends its id and secret in the body or in a Basic Authorization header, or an assertion; a public client sends its id. A token is valid for an hour: keep it, and request the next one shortly before it expires.',
  security: byClient,
  body: formBody('The grant and its parameters.', {
    schema: tokenRequest,
    examples: {
      clientCredentials: {
        summary: 'A back end in its own name',
        value: { grant_type: 'client_credentials', scope: 'globalpci', ...client },
      },
      authorizationCode: {
        summary: 'A user has signed in',
        value: {
          grant_type: 'authorization_code',
          code: 'SplxlOBeZQQYbYS6WxSbIA',
          redirect_uri: 'https://app.shop.example/callback',
          code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
          ...client,
        },
      },
      refreshToken: {
        summary: 'The next access token of a user',
        value: { grant_type: 'refresh_token', refresh_token: refreshToken, ...client },
      },
      password: {
        summary: 'A user’s name and password, for clients that are registered for it',
        value: {
          grant_type: 'password',
          scope: 'globalpci',
          username: 'anna@shop.example',
          password: 'the password of the user',
          ...client,
        },
      },
    },
  }),
  answers: {
    200: jsonAnswer('The token was issued.', {
      schema: tokenResponse,
      examples: {
        client: {
          summary: 'To a client in its own name',
          value: { access_token: accessToken, expires_in: 3600, token_type: 'Bearer' },
        },
        user: {
          summary: 'For a user, with the scope offline_access',
          value: {
            access_token: accessToken,
            expires_in: 3600,
            token_type: 'Bearer',
            refresh_token: refreshToken,
          },
        },
      },
    }),
    ...oauthAnswers(
      'invalid_request',
      'invalid_client',
      'invalid_grant',
      'unauthorized_client',
      'unsupported_grant_type',
      'invalid_scope',
      'invalid_dpop_proof',
    ),
  },
}

export const introspectToken: Operation = {
  operationId: 'introspectToken',
  tag,
  summary: 'Says what a token is worth at this moment',
  description:
    'For resource servers, with client credentials of their own (RFC 7662). A client learns about tokens of its own account, and about those that were issued to it.',
  security: byClient,
  body: formBody('The token that is asked about.', {
    schema: introspectionRequest,
    examples: { accessToken: { summary: 'An access token', value: { token: accessToken, ...client } } },
  }),
  answers: {
    200: jsonAnswer('What is known of the token.', {
      schema: introspection,
      examples: {
        active: {
          summary: 'It is valid',
          value: {
            active: true,
            scope: 'globalpci',
            client_id: exampleIds.client,
            token_type: 'Bearer',
            exp: 1796034605,
            iat: 1796031005,
            nbf: 1796031005,
            sub: exampleIds.client,
            aud: `${exampleOrigins.api}/globalpci`,
            iss: `${exampleOrigins.identity}/auth`,
            jti: exampleIds.command,
            account: 1,
          },
        },
        inactive: { summary: 'It is not', value: { active: false } },
      },
    }),
    ...oauthAnswers('invalid_request', 'invalid_client'),
  },
}

export const revokeToken: Operation = {
  operationId: 'revokeToken',
  tag,
  summary: 'Revokes a token',
  description:
    'An access token ends at once; a refresh token ends with the access tokens that came of it (RFC 7009). What is no token is answered alike.',
  security: byClient,
  body: formBody('The token to revoke.', {
    schema: revocationRequest,
    examples: { refreshToken: { summary: 'A refresh token', value: { token: refreshToken, ...client } } },
  }),
  answers: {
    200: jsonAnswer('The token is no longer valid.', {
      schema: revoked,
      examples: { done: { summary: 'An empty object', value: {} } },
    }),
    ...oauthAnswers('invalid_request', 'invalid_client', 'invalid_grant'),
  },
}
