import type { Operation } from '../../base/openapi/api-part.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import { callEnd, namedCallBody } from '../api/schemas.ts'
import { call, infoDigits } from './command-schemas.ts'
import {
  bodyProblems,
  callExamples,
  jsonAnswer,
  jsonBody,
  ofReference,
  tag,
  usualProblems,
  withKey,
} from './operation-parts.ts'

const ofOneCall = { tag, security: withKey, path: ofReference }

const report = jsonBody('required', namedCallBody, {
  answered: { summary: 'An agent is on the call', value: { agentId: 'agent7', caller: '+442079460000' } },
})

export const reportAnswered: Operation = {
  operationId: 'reportAnswered',
  ...ofOneCall,
  summary: 'Says which agent has answered a call',
  description: 'For signalling that can only POST: the call goes by the platform’s own name of it, escaped.',
  body: report,
  answers: {
    200: jsonAnswer('The call.', call, callExamples),
    ...problemAnswers(...usualProblems, ...bodyProblems, 'call-has-session'),
  },
}

export const reportUpdated: Operation = {
  operationId: 'reportUpdated',
  ...ofOneCall,
  summary: 'Says what has changed in a call',
  description: 'Its agent, its state or its media.',
  body: report,
  answers: {
    200: jsonAnswer('The call.', call, callExamples),
    ...problemAnswers(...usualProblems, ...bodyProblems, 'not-found', 'call-has-session'),
  },
}

export const reportEnded: Operation = {
  operationId: 'reportEnded',
  ...ofOneCall,
  summary: 'Says that a call has ended, by its name',
  description: '204 also if it has ended before, or was never known.',
  body: jsonBody('optional', callEnd, {
    caller: { summary: 'The caller hung up', value: { endedBy: 'caller' } },
  }),
  answers: {
    204: { description: 'The call has ended.' },
    ...problemAnswers(...usualProblems, ...bodyProblems),
  },
}

export const sendInfoDigits: Operation = {
  operationId: 'sendInfoDigits',
  ...ofOneCall,
  summary: 'Hands over a digit that came as SIP INFO',
  description:
    '202: answer the INFO and do not pass it on. 404: it is nobody’s; pass it on. 400: a session listens, and it holds no digit that could be taken; do not pass it on.',
  body: jsonBody('required', infoDigits, {
    five: {
      summary: '`Signal=5` of application/dtmf-relay',
      value: { body: '5369676e616c3d350d0a4475726174696f6e3d3136300d0a', fromTag: '1928301774' },
    },
  }),
  answers: {
    202: { description: 'The digit was taken.' },
    ...problemAnswers(...usualProblems, ...bodyProblems, 'not-found'),
  },
}
