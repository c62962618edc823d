import { type TSchema, Type } from 'typebox'
import type { Answer, Body, Example } from '../../base/openapi/api-part.ts'
import { exampleIds } from '../../base/openapi/example-region.ts'
import { anyProblems } from '../../base/openapi/problem-answers.ts'
import { callPath, referencePath } from '../api/schemas.ts'

export const tag = 'Calls'

export const withKey = [{ platformKey: [] }]

export const usualProblems = ['unauthorized', 'invalid-token', ...anyProblems] as const

export const bodyProblems = ['invalid-request', 'body-too-large', 'unsupported-media-type'] as const

export const ofCall = Type.Object({
  callGuid: Type.String({ ...callPath.properties.callGuid, format: 'uuid', examples: [exampleIds.call] }),
})

export const ofReference = referencePath

type Examples = Readonly<Record<string, Example>>

export const jsonBody = (required: 'required' | 'optional', schema: TSchema, examples: Examples): Body => ({
  description: String('description' in schema ? schema.description : ''),
  required: required === 'required',
  content: { 'application/json': { schema, examples } },
})

export const jsonAnswer = (description: string, schema: TSchema, examples: Examples): Answer => ({
  description,
  content: { 'application/json': { schema, examples } },
})

export const callExamples: Examples = {
  open: {
    summary: 'A call that no session listens to',
    value: {
      callGuid: exampleIds.call,
      agentId: 'agent7',
      state: 'active',
      secured: false,
      sessionGuid: null,
    },
  },
  secured: {
    summary: 'A call whose caller is entering a card',
    value: {
      callGuid: exampleIds.call,
      agentId: 'agent7',
      state: 'active',
      secured: true,
      sessionGuid: exampleIds.session,
    },
  },
}
