import { type TSchema, Type } from 'typebox'
import type { Answer, Body, Example, HeaderName } from '../../base/openapi/api-part.ts'
import { exampleIds } from '../../base/openapi/example-region.ts'
import { anyProblems } from '../../base/openapi/problem-answers.ts'

/** What all operations of the Payment API have. */
export const sessionsTag = 'Sessions'
export const paymentsTag = 'Payments'

export const withToken = [{ oauth2: ['globalpci'] }]

/** What the bearer check and the quota refuse, and what is our own fault. */
export const usualProblems = [
  'unauthorized',
  'invalid-token',
  'invalid-dpop-proof',
  'insufficient-scope',
  'person-without-agent',
  'quota-exceeded',
  ...anyProblems,
] as const

export const bodyProblems = ['invalid-request', 'body-too-large', 'unsupported-media-type'] as const

export const keyProblems = ['idempotency-in-progress', 'idempotency-mismatch'] as const

export const ofSession = Type.Object({
  sessionGuid: Type.String({
    format: 'uuid',
    description: 'The id of the payment session.',
    examples: [exampleIds.session],
  }),
})

export const idempotencyKey = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'For 24 hours, the same key with the same body returns the first answer again.',
      examples: ['order-1001'],
    }),
  ),
})

const quota: readonly HeaderName[] = ['RateLimit', 'RateLimit-Policy']

export const jsonAnswer = (
  description: string,
  schema: TSchema,
  examples: Readonly<Record<string, Example>>,
): Answer => ({ description, headers: quota, content: { 'application/json': { schema, examples } } })

export const jsonBody = (
  required: 'required' | 'optional',
  description: string,
  { schema, examples }: { readonly schema: TSchema; readonly examples: Readonly<Record<string, Example>> },
): Body => ({
  description,
  required: required === 'required',
  content: { 'application/json': { schema, examples } },
})
