import { Type } from 'typebox'
import type { Operation } from '../../base/openapi/api-part.ts'
import { exampleIds } from '../../base/openapi/example-region.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import { signatureHeaders } from '../../base/openapi/signature-headers.ts'
import { callCommand } from './command-schemas.ts'
import { jsonBody, tag, usualProblems, withKey } from './operation-parts.ts'

const secure = {
  type: 'call.secure',
  commandId: exampleIds.command,
  callGuid: exampleIds.call,
  sessionGuid: exampleIds.session,
  sentOn: '2026-11-30T09:28:22.900Z',
}

export const readCommands: Operation = {
  operationId: 'readCommands',
  tag,
  summary: 'What the platform is to do with its calls',
  description:
    'Server-sent events, for a platform that cannot be reached: each `data` is a `CallCommand`, and is to be confirmed within two seconds.',
  security: withKey,
  headers: Type.Object({
    'Last-Event-ID': Type.Optional(
      Type.String({
        description: 'The id of the last event: the stream continues after it.',
        examples: [exampleIds.command],
      }),
    ),
  }),
  answers: {
    200: {
      description: 'The stream. It stays open.',
      content: {
        'text/event-stream': {
          schema: Type.String({ description: 'Events whose name is command.' }),
          examples: {
            secure: {
              summary: 'A line is to be secured',
              value: `id: ${exampleIds.command}\nevent: command\ndata: ${JSON.stringify(secure)}\n\n`,
            },
          },
        },
      },
    },
    ...problemAnswers(...usualProblems, 'quota-exceeded'),
  },
}

export const confirmCommand: Operation = {
  operationId: 'confirmCommand',
  tag,
  summary: 'Confirms a command',
  description: 'Once the platform has carried it out.',
  security: withKey,
  path: Type.Object({
    commandId: Type.String({
      format: 'uuid',
      description: 'The id of the command.',
      examples: [exampleIds.command],
    }),
  }),
  answers: {
    204: { description: 'The command is confirmed.' },
    ...problemAnswers(...usualProblems, 'not-found'),
  },
}

/** What is posted to a control URL. */
export const commandSent: Operation = {
  operationId: 'onCallCommand',
  tag,
  summary: 'A platform is to do something with a call',
  description:
    'Sent to the control URL of a platform that has one. Any 2xx within two seconds confirms it. No digit is taken before `call.secure` was confirmed.',
  security: [],
  headers: signatureHeaders,
  body: jsonBody('required', callCommand, {
    secure: { summary: 'A line is to be secured', value: secure },
    say: {
      summary: 'The caller is to hear something',
      value: {
        ...secure,
        type: 'call.say',
        text: 'Please enter your card number.',
        language: 'en',
        key: 'card-number',
      },
    },
  }),
  answers: {
    200: { description: 'The platform has done it.' },
    500: { description: 'It has not: the session is not opened, or the command is sent again.' },
  },
}
