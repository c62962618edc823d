import type { Example, Operation } from '../../base/openapi/api-part.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import {
  createdSession,
  createSessionBody,
  listQuery,
  resendLinkBody,
  resentLink,
  sessionList,
  sessionStatus,
} from '../requests/schemas.ts'
import {
  cancelledSessions,
  createDigitalRequests,
  createdSessions,
  createRequests,
  resendRequests,
  resentLinks,
  sessionLists,
  sessions,
} from './examples.ts'
import {
  bodyProblems,
  idempotencyKey,
  jsonAnswer,
  jsonBody,
  keyProblems,
  ofSession,
  sessionsTag,
  usualProblems,
  withToken,
} from './operation-parts.ts'

const create = (examples: Readonly<Record<string, Example>>) => ({
  tag: sessionsTag,
  security: withToken,
  headers: idempotencyKey,
  body: jsonBody('required', 'What the session is opened with.', { schema: createSessionBody, examples }),
})

const createProblems = [
  ...usualProblems,
  ...bodyProblems,
  ...keyProblems,
  'unknown-account-configuration',
  'card-data-refused',
  'foreign-agent',
  'kept-card-refused',
  'session-ended',
  'provider-refused',
  'provider-unavailable',
] as const

const opened = jsonAnswer('The session was opened.', createdSession, createdSessions)

export const createSession: Operation = {
  operationId: 'createSession',
  summary: 'Opens a session on the agent’s live call',
  description: 'The caller enters the card details on the phone keypad.',
  ...create(createRequests),
  answers: {
    200: opened,
    ...problemAnswers(
      ...createProblems,
      'skip-call-transfer-refused',
      'no-live-call',
      'call-has-session',
      'telephone-unavailable',
    ),
  },
}

export const createDigitalSession: Operation = {
  operationId: 'createDigitalSession',
  summary: 'Opens a digital session',
  description: 'The customer pays on a page that is opened by a link.',
  ...create(createDigitalRequests),
  answers: { 200: opened, ...problemAnswers(...createProblems) },
}

export const getSession: Operation = {
  operationId: 'getSession',
  tag: sessionsTag,
  summary: 'State and result of a session of either kind',
  description:
    'The result is there from the end of the session until 15 minutes later. Ids, times and state stay for 90 days.',
  security: withToken,
  path: ofSession,
  answers: {
    200: jsonAnswer('The session.', sessionStatus, sessions),
    ...problemAnswers(...usualProblems, 'not-found'),
  },
}

export const listSessions: Operation = {
  operationId: 'listSessions',
  tag: sessionsTag,
  summary: 'Lists the account’s sessions, newest first',
  description:
    'Without results: read those one by one. Query names are case-insensitive; unknown ones are ignored. Sessions that ended more than 90 days ago are not listed.',
  security: withToken,
  query: listQuery,
  answers: {
    200: jsonAnswer('A page of sessions.', sessionList, sessionLists),
    ...problemAnswers(...usualProblems, 'invalid-request', 'card-data-refused', 'foreign-agent'),
  },
}

export const cancelSession: Operation = {
  operationId: 'cancelSession',
  tag: sessionsTag,
  summary: 'Ends an open session',
  description:
    'No body is needed. A session that was cancelled before is answered alike. Of one that has ended with money held, the hold is voided if its configuration allows it.',
  security: withToken,
  path: ofSession,
  answers: {
    200: jsonAnswer('The session, cancelled.', sessionStatus, cancelledSessions),
    ...problemAnswers(
      ...usualProblems,
      'not-found',
      'session-ended',
      'not-possible-now',
      'body-too-large',
      'unsupported-media-type',
      'provider-refused',
      'provider-unavailable',
    ),
  },
}

export const resendLink: Operation = {
  operationId: 'resendLink',
  tag: sessionsTag,
  summary: 'Sends the customer’s link again',
  description:
    'For any open session of the account: a digital one, or one on a call whose customer cannot use the keypad. Sending to a different address creates a new link and invalidates the old one. 429 also means that this session’s link has been sent the maximum number of times.',
  security: withToken,
  path: ofSession,
  body: jsonBody('optional', 'Where the link is sent.', { schema: resendLinkBody, examples: resendRequests }),
  answers: {
    200: jsonAnswer('The message was accepted for delivery.', resentLink, resentLinks),
    ...problemAnswers(
      ...usualProblems,
      ...bodyProblems,
      'card-data-refused',
      'not-found',
      'session-ended',
      'not-possible-now',
      'link-not-sent',
      'provider-refused',
      'provider-unavailable',
    ),
  },
}
