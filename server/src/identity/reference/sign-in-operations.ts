import { Type } from 'typebox'
import type { Operation } from '../../base/openapi/api-part.ts'
import { exampleIds } from '../../base/openapi/example-region.ts'
import { anyProblems, problemAnswers } from '../../base/openapi/problem-answers.ts'
import { userInfo } from './discovery-schemas.ts'
import { jsonAnswer } from './oauth-answers.ts'

const tag = 'Sign-in'

const optional = (description: string, example: string) =>
  Type.Optional(Type.String({ description, examples: [example] }))

const page = (description: string) => ({
  description,
  content: {
    'text/html': {
      schema: Type.String({ description: 'A page for the user.' }),
      examples: { page: { summary: 'A page', value: '<!doctype html>…' } },
    },
  },
})

export const authorize: Operation = {
  operationId: 'authorize',
  tag,
  summary: 'Signs a user in',
  description:
    'Send the user’s browser here (RFC 6749 §3.1). It comes back to `redirect_uri` with a code or a token, or with `error`. The parameters may also be posted as a form.',
  security: [],
  query: Type.Object({
    response_type: Type.Enum(['code', 'token'], {
      type: 'string',
      description: 'code; or token for the implicit flow.',
      examples: ['code'],
    }),
    client_id: Type.String({ description: 'The client’s id.', examples: [exampleIds.client] }),
    redirect_uri: optional(
      'Where the browser is sent back to: one that the client was registered with. Needed if it has several.',
      'https://app.shop.example/callback',
    ),
    scope: optional('Scopes, separated by spaces.', 'globalpci offline_access'),
    state: optional('Returned as it is: what your program knows the request by.', 'af0ifjsldkj'),
    code_challenge: optional(
      'The SHA-256 of code_verifier in base64url (PKCE); required of public clients.',
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    ),
    code_challenge_method: optional('S256, with code_challenge.', 'S256'),
    response_mode: optional('query, fragment or form_post.', 'query'),
    nonce: optional('Returned in the ID token.', 'n-0S6_WzA2Mj'),
    prompt: optional('none, login, consent or select_account.', 'login'),
    max_age: optional('How many seconds ago the user may have signed in.', '3600'),
    login_hint: optional('The username that the page begins with.', 'anna@shop.example'),
    id_token_hint: optional('An ID token of the user who should be signed in.', 'eyJ0eXAiOiJKV1Qi.e30.c2ln'),
    ui_locales: optional('The languages that the user reads.', 'en de'),
    dpop_jkt: optional(
      'The thumbprint of the key that the code is bound to (RFC 9449 §10).',
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    ),
  }),
  answers: {
    200: page('The user is asked to sign in, or to allow it; or the answer is posted by a form.'),
    302: { description: 'Back to the client, with a code or an error.', headers: ['Location'] },
    303: { description: 'Back to the client, with a code or an error.', headers: ['Location'] },
    400: page('The client or its redirect_uri is not known: nothing is sent to it.'),
    429: { ...page('Too many failed attempts to sign in.'), headers: ['Retry-After'] },
    500: page('An internal error occurred.'),
    503: page('The server is overloaded, or nothing can be stored.'),
  },
}

export const endSession: Operation = {
  operationId: 'endSession',
  tag,
  summary: 'Signs a user out',
  description:
    'Send the user’s browser here (OpenID Connect RP-Initiated Logout). Without an ID token of the session, the user is asked first. The parameters may also be posted as a form.',
  security: [],
  query: Type.Object({
    id_token_hint: optional('An ID token of the user.', 'eyJ0eXAiOiJKV1Qi.e30.c2ln'),
    client_id: optional('The client’s id, if there is no ID token.', exampleIds.client),
    post_logout_redirect_uri: optional(
      'Where the browser is sent afterwards: one that the client was registered with.',
      'https://app.shop.example/',
    ),
    state: optional('Returned as it is.', 'af0ifjsldkj'),
    ui_locales: optional('The languages that the user reads.', 'en de'),
  }),
  answers: {
    200: page('The user has been signed out, or is asked.'),
    302: { description: 'The user has been signed out; back to the client.', headers: ['Location'] },
    303: { description: 'The user has been signed out; back to the client.', headers: ['Location'] },
    400: page('The parameters contradict one another.'),
    500: page('An internal error occurred.'),
    503: page('The server is overloaded, or nothing can be stored.'),
  },
}

export const getUserInfo: Operation = {
  operationId: 'getUserInfo',
  tag,
  summary: 'The user whom an access token acts for',
  description: 'OpenID Connect Core §5.3. The token comes in the Authorization header and nowhere else.',
  security: [{ oauth2: ['openid'] }],
  answers: {
    200: jsonAnswer('The user.', {
      schema: userInfo,
      examples: {
        agent: {
          summary: 'An agent, with the scope profile',
          value: {
            sub: exampleIds.user,
            name: 'Anna Nowak',
            preferred_username: 'anna@shop.example',
            agent_id: 'agent7',
            account: 1,
          },
        },
      },
    }),
    ...problemAnswers(
      'invalid-request',
      'unauthorized',
      'invalid-token',
      'invalid-dpop-proof',
      'insufficient-scope',
      ...anyProblems,
    ),
  },
}
