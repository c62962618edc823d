import type { Operation } from '../../base/openapi/api-part.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import { callBody, callEnd, callKeys, troubleBody } from '../api/schemas.ts'
import { call, takenKeys } from './command-schemas.ts'
import {
  bodyProblems,
  callExamples,
  jsonAnswer,
  jsonBody,
  ofCall,
  tag,
  usualProblems,
  withKey,
} from './operation-parts.ts'

const ofOneCall = { tag, security: withKey, path: ofCall }

export const reportCall: Operation = {
  operationId: 'reportCall',
  ...ofOneCall,
  summary: 'Says which agent is on a call',
  description:
    'Idempotent, and a sign of life: a call of which nothing is heard for 12 hours is forgotten. A call with an open session keeps its agent.',
  body: jsonBody('required', callBody, {
    active: { summary: 'An agent has taken a call', value: { agentId: 'agent7', caller: '+442079460000' } },
    rtpengine: {
      summary: 'A call whose media are at rtpengine',
      value: {
        agentId: 'agent7',
        media: {
          rtpengine: { callId: 'a84b4c76e66710@pc33.example', fromTag: '1928301774', telephoneEvent: true },
        },
      },
    },
  }),
  answers: {
    200: jsonAnswer('The call.', call, callExamples),
    ...problemAnswers(...usualProblems, ...bodyProblems, 'not-found', 'call-has-session'),
  },
}

export const getCall: Operation = {
  operationId: 'getCall',
  ...ofOneCall,
  summary: 'A call as Tonegate knows it',
  description: 'A platform sees its own calls, and no others.',
  answers: {
    200: jsonAnswer('The call.', call, callExamples),
    ...problemAnswers(...usualProblems, 'not-found'),
  },
}

export const endCall: Operation = {
  operationId: 'endCall',
  ...ofOneCall,
  summary: 'Says that a call has ended',
  description: 'What listens to it ends, and the agent is told who hung up. 204 also if it has ended before.',
  body: jsonBody('optional', callEnd, {
    caller: { summary: 'The caller hung up', value: { endedBy: 'caller' } },
  }),
  answers: {
    204: { description: 'The call has ended.' },
    ...problemAnswers(...usualProblems, ...bodyProblems, 'not-found'),
  },
}

export const sendKeys: Operation = {
  operationId: 'sendKeys',
  ...ofOneCall,
  summary: 'Hands over what the caller has pressed',
  description:
    'Only between a confirmed `call.secure` and the next `call.release`. The keys are overwritten once they are read.',
  body: jsonBody('required', callKeys, {
    keys: { summary: 'Two keys, the first of them the 17th', value: { keys: '42', sequence: 17 } },
  }),
  answers: {
    200: jsonAnswer('The keys were taken.', takenKeys, {
      taken: { summary: 'Both were taken', value: { taken: 2 } },
    }),
    ...problemAnswers(...usualProblems, ...bodyProblems, 'not-found', 'call-not-secured'),
  },
}

export const reportTrouble: Operation = {
  operationId: 'reportTrouble',
  ...ofOneCall,
  summary: 'Has the agent warned of a bad line',
  description: 'The agent view shows the warning until the trouble is over.',
  body: jsonBody('required', troubleBody, {
    tones: { summary: 'Tones are heard in the audio', value: { trouble: 'tones-in-audio' } },
  }),
  answers: {
    204: { description: 'The agent was told.' },
    ...problemAnswers(...usualProblems, ...bodyProblems, 'not-found'),
  },
}
