import { type TSchema, Type } from 'typebox'
import type { Answer, Answers, Body, Example } from '../../../base/openapi/api-part.ts'
import { exampleIds } from '../../../base/openapi/example-region.ts'
import { anyProblems } from '../../../base/openapi/problem-answers.ts'
import { providerTokenError } from './provider-schemas.ts'

export const tag = 'Provider'

export const withToken = [{ providerToken: [] }]

export const usualProblems = [
  'unauthorized',
  'invalid-token',
  'not-found',
  'quota-exceeded',
  ...anyProblems,
] as const

const tenantId = Type.String({ description: 'The number of the tenant.', examples: ['1'] })

export const ofTenant = Type.Object({ tenantId })

export const ofSession = Type.Object({
  tenantId,
  id: Type.String({
    format: 'uuid',
    description: 'The Id of the session.',
    examples: [exampleIds.providerSession],
  }),
})

type Examples = Readonly<Record<string, Example>>

export const jsonBody = (
  required: 'required' | 'optional',
  description: string,
  { schema, examples }: { readonly schema: TSchema; readonly examples: Examples },
): Body => ({
  description,
  required: required === 'required',
  content: { 'application/json': { schema, examples } },
})

export const jsonAnswer = (description: string, schema: TSchema, examples: Examples): Answer => ({
  description,
  content: { 'application/json': { schema, examples } },
})

const unreadable = { error: 'invalid_request', error_description: 'The request cannot be read.' }

const tokenErrors = {
  400: [
    unreadable,
    { error: 'invalid_client', error_description: 'This client may not start sessions.' },
    { error: 'invalid_client_key', error_description: 'The client secret is wrong.' },
    { error: 'unsupported_grant_type', error_description: 'grant_type must be client_credentials.' },
  ],
  413: [unreadable],
  415: [unreadable],
  429: [
    {
      error: 'temporarily_unavailable',
      error_description: 'Too many failed attempts. Try again later.',
    },
  ],
  500: [{ error: 'server_error', error_description: 'An internal error occurred.' }],
  503: [{ error: 'temporarily_unavailable', error_description: 'Nothing can be stored at the moment.' }],
} as const

/** What the token endpoint refuses (contract/provider §1): always in a form that is no token. */
export const tokenAnswers: Answers = Object.fromEntries(
  Object.entries(tokenErrors).map(([status, errors]) => [
    status,
    {
      description: errors.map((each) => `\`${each.error}\`: ${each.error_description}`).join('\n\n'),
      headers: ['429', '503'].includes(status) ? ['Retry-After'] : [],
      content: {
        'application/json': {
          schema: providerTokenError,
          examples: Object.fromEntries(errors.map((value) => [value.error, { summary: value.error, value }])),
        },
      },
    } satisfies Answer,
  ]),
)

const refusals = {
  400: 'The flow identifier was not found: 999.',
  401: 'The access token is invalid or has expired.',
  404: 'This client has no such tenant.',
  409: 'This launch was called off.',
  413: 'The request body is too large. The limit is 64 KiB.',
  415: 'Unsupported Content-Type. Send application/json.',
  422: 'The Idempotency-Key was already used for a different launch.',
  429: 'Too many requests: this client has reached its limit.',
  500: 'An internal error occurred.',
  502: 'The payment provider refused the request.',
  503: 'Nothing can be stored at the moment.',
} as const

/** What a launch is refused with (contract/provider §2): a line of plain text. */
export const launchAnswers: Answers = Object.fromEntries(
  Object.entries(refusals).map(([status, text]) => [
    status,
    {
      description: text,
      headers: ['429', '503'].includes(status)
        ? ['Retry-After']
        : status === '401'
          ? ['WWW-Authenticate']
          : [],
      content: {
        'text/plain': {
          schema: Type.String({ description: 'What is wrong, in a line.' }),
          examples: { text: { summary: 'A line of text', value: `${text}\n` } },
        },
      },
    } satisfies Answer,
  ]),
)
