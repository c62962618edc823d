import { Type } from 'typebox'
import type { Operation } from '../../base/openapi/api-part.ts'
import { exampleIds } from '../../base/openapi/example-region.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import { signatureHeaders } from '../../base/openapi/signature-headers.ts'
import { fieldCodes, progressKinds } from '../../vault/model/session-progress.ts'
import { webhookEvents } from '../configurations/webhook-events.ts'
import { orderedOperation } from '../requests/schemas.ts'
import { jsonBody, ofSession, sessionsTag, usualProblems, withToken } from './operation-parts.ts'
import { doneOperations } from './payment-examples.ts'
import { received } from './status-webhook.ts'

const progress = {
  sequence: Type.Integer({ minimum: 1, description: 'Its place in the session, from 1.' }),
  sessionGuid: Type.String({ format: 'uuid', description: 'The id of the payment session.' }),
  progress: Type.Enum([...progressKinds], {
    type: 'string',
    title: 'SessionProgressKind',
    description: 'What has happened.',
  }),
  field: Type.Optional(
    Type.Enum(Object.values(fieldCodes), {
      type: 'string',
      title: 'CardField',
      description: 'Of `field-complete`: the field that was entered.',
    }),
  ),
}
const messageId = Type.String({ format: 'uuid', description: 'The same as the header `webhook-id`.' })
const timestamp = Type.String({ format: 'date-time', description: 'When it happened, UTC.' })

const exampleProgress = {
  sequence: 2,
  sessionGuid: exampleIds.session,
  progress: 'field-complete',
  field: 'pan',
}
const exampleTime = '2026-11-30T09:29:41.317000Z'
const exampleEvent = { type: 'session.progress', timestamp: exampleTime, ...exampleProgress }

/** `GET …/events`. */
export const followSession: Operation = {
  operationId: 'followSession',
  tag: sessionsTag,
  summary: 'Follows a session until its end',
  description:
    'Server-sent events: `session.progress` for what happens in the session, then `session.ended` with its status in `session`. The stream then closes. `id` is the `sequence` of the event, `data` one JSON object.',
  security: withToken,
  path: ofSession,
  headers: Type.Object({
    'Last-Event-ID': Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,9}$',
        description: 'The id of the last event that was received: those after it follow.',
        examples: ['2'],
      }),
    ),
  }),
  answers: {
    200: {
      description: 'The events of the session.',
      content: {
        'text/event-stream': {
          schema: Type.String({ title: 'SessionEvents', description: 'Server-sent events (HTML §9.2).' }),
          examples: {
            progress: {
              summary: 'A field was entered',
              value: `id: 2\nevent: session.progress\ndata: ${JSON.stringify(exampleEvent)}\n\n`,
            },
          },
        },
      },
    },
    204: { description: '`Last-Event-ID` names the last event of the session: nothing follows.' },
    ...problemAnswers(...usualProblems, 'not-found', 'invalid-request'),
  },
}

const message = {
  operationId: 'onSessionProgress',
  tag: 'Webhooks',
  security: [],
  headers: signatureHeaders,
  answers: received,
}

/** `session.progress` of a webhook whose `events` name it. */
export const sessionProgress: Operation = {
  ...message,
  summary: 'Something has happened in a session',
  description:
    'Sent to a webhook whose `events` list `session.progress`, at least once; messages of one session may arrive in another order than that of their `sequence`.',
  body: jsonBody('required', 'What has happened.', {
    schema: Type.Object(
      {
        type: Type.Literal('session.progress'),
        timestamp,
        data: Type.Object(
          { id: messageId, ...progress },
          {
            title: 'SessionProgress',
            description: 'Something that has happened in a session before its end.',
          },
        ),
      },
      { title: 'SessionProgressMessage', description: 'A message about the progress of a session.' },
    ),
    examples: {
      fieldComplete: {
        summary: 'A field was entered',
        value: {
          type: 'session.progress',
          timestamp: exampleTime,
          data: { id: exampleIds.command, ...exampleProgress },
        },
      },
    },
  }),
}

/** `payment.…` of a webhook whose `events` name it. */
export const paymentChanged: Operation = {
  ...message,
  operationId: 'onPaymentChanged',
  summary: 'An operation on a payment was carried out or refused, or has not been answered',
  description:
    'Sent to a webhook whose `events` list its type, at least once: for captures, refunds and voids by programs, operators and the server itself.',
  body: jsonBody('required', 'The operation, and the payment after it.', {
    schema: Type.Object(
      {
        type: Type.Enum(
          webhookEvents.filter((event) => event.startsWith('payment.')),
          { type: 'string', title: 'PaymentEventType', description: 'What has become of the operation.' },
        ),
        timestamp,
        data: Type.Object(
          { id: messageId, sessionGuid: progress.sessionGuid, ...orderedOperation.properties },
          { title: 'PaymentChange', description: 'An operation on a payment, and the payment after it.' },
        ),
      },
      { title: 'PaymentMessage', description: 'A message about an operation on a payment.' },
    ),
    examples: {
      refunded: {
        summary: 'A part was refunded',
        value: {
          type: 'payment.refunded',
          timestamp: '2026-11-30T10:05:00.731000Z',
          data: {
            ...{ id: exampleIds.command, sessionGuid: exampleIds.session },
            ...doneOperations.refunded.value,
          },
        },
      },
    },
  }),
}
