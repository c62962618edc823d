import type { Answer, Answers, Body, Example, HeaderName, Media } from '../../base/openapi/api-part.ts'
import { type OAuthErrorCode, oauthErrors } from '../../base/problem.ts'
import { oauthError } from './token-schemas.ts'

export const formBody = (description: string, media: Media): Body => ({
  description,
  required: true,
  content: { 'application/x-www-form-urlencoded': media },
})

export const jsonAnswer = (description: string, media: Media): Answer => ({
  description,
  content: { 'application/json': media },
})

const descriptions: Partial<Record<OAuthErrorCode, string>> = {
  invalid_request: 'The grant_type is missing',
  unsupported_grant_type: 'Invalid grant_type',
  invalid_scope: 'You must specify a scope',
  'Internal Server Error': 'An internal error occurred',
}

const exampleOf = (error: OAuthErrorCode): Example => {
  const description = descriptions[error]
  return {
    sharedAs: error.replaceAll(' ', ''),
    summary: error,
    value: { error, ...(description !== undefined && { error_description: description }) },
  }
}

const answer = (
  description: string,
  headers: readonly HeaderName[],
  ...errors: readonly OAuthErrorCode[]
): Answer => ({
  description,
  headers,
  content: {
    'application/json': {
      schema: oauthError,
      examples: Object.fromEntries(errors.map((error) => [error.replaceAll(' ', ''), exampleOf(error)])),
    },
  },
})

/** What an OAuth endpoint may refuse a request with (contract/authentication §5). */
export const oauthAnswers = (...errors: readonly OAuthErrorCode[]): Answers => ({
  400: answer(
    'The request is refused; `error` says why.',
    [],
    ...errors.filter((error) => oauthErrors[error] === 400),
  ),
  401: answer(
    'The client credentials in the Authorization header are wrong.',
    ['WWW-Authenticate'],
    'invalid_client',
  ),
  415: answer('The body is in a charset that cannot be read.', [], 'invalid_request'),
  429: answer('Too many requests, or too many failed attempts.', ['Retry-After'], 'temporarily_unavailable'),
  500: answer('An internal error occurred.', [], 'Internal Server Error'),
  503: answer(
    'The server is overloaded, or nothing can be stored.',
    ['Retry-After'],
    'temporarily_unavailable',
  ),
})
