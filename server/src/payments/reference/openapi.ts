import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { Type } from 'typebox'
import {
  createdSession,
  createSessionBody,
  listQuery,
  operationBody,
  orderedOperation,
  payment,
  problemAnswer,
  resendLinkBody,
  resentLink,
  sessionList,
  sessionStatus,
} from '../requests/schemas.ts'

/**
 * What the generated description of the API says besides its routes. Its server is relative to where the
 * description was read, so that it is the same in every region.
 */
export const openapiOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Tonegate Payment API',
      description:
        'Card payments on a live call or by a link. Paths and JSON member names are case-insensitive.',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/globalpci', description: 'The Payment API of a region.' }],
    tags: [
      { name: 'Sessions', description: 'Payment sessions and their results.' },
      { name: 'Payments', description: 'What follows an approved payment.' },
    ],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'An access token with the scope globalpci, from /auth/connect/token of the same region.',
        },
      },
    },
  },
  transformObject: (document) =>
    'openapiObject' in document ? withOptionalBodies(document.openapiObject) : document.swaggerObject,
}

/** Some bodies need not be there; the generator takes every body for required. */
function withOptionalBodies<Document extends { readonly paths?: object }>(document: Document): Document {
  const paths: Record<string, Paths[string]> = { ...(document.paths as Paths) }
  for (const path of withOptionalBody) {
    const { post } = paths[path] ?? {}
    if (post)
      paths[path] = {
        ...paths[path],
        post: { ...post, requestBody: { ...post.requestBody, required: false } },
      }
  }
  return { ...document, paths }
}

type Paths = Readonly<Record<string, { readonly post?: { readonly requestBody?: object } }>>

const withOptionalBody = [
  '/v1/digitalsession/{sessionGuid}/resend',
  '/v1/session/{sessionGuid}/capture',
  '/v1/session/{sessionGuid}/refund',
  '/v1/session/{sessionGuid}/void',
]

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemAnswer } },
})

const answers = {
  400: problem('The request is not valid.'),
  401: problem('The access token is missing or invalid.'),
  403: problem('The access token does not allow this.'),
  404: problem('No payment session has this id.'),
  409: problem('The call, the session or the Idempotency-Key is not in a state that allows this.'),
  413: problem('The request body is larger than 64 KiB.'),
  415: problem('The request body is not valid JSON.'),
  422: problem('The Idempotency-Key was already used for a different request.'),
  429: problem('Too many requests.'),
  500: problem('An internal error occurred.'),
  502: problem('The payment provider refused the request.'),
  503: problem('The payment provider cannot be reached, or the server is overloaded.'),
}

const status = {
  description: 'The status of the session.',
  content: { 'application/json': { schema: sessionStatus } },
}

const sessionGuid = Type.Object({
  sessionGuid: Type.String({ description: 'The id of the payment session.' }),
})

const idempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'For 24 hours, the same key with the same body returns the first answer again.',
    }),
  ),
})

const sessionEvents = Type.String({
  description: 'Each event has an id, which is its sequence, its type and, as data, one JSON object.',
  examples: [
    'id: 1\nevent: session.progress\ndata: {"type":"session.progress","sequence":1,"timestamp":"2026-01-15T09:28:40.000000Z","sessionGuid":"019bc111-5b38-7000-8000-1234567890ab","progress":"opened"}\n\n',
  ],
})

const lastEventId = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      pattern: '^[0-9]{1,9}$',
      description: 'The id of the last event that was received: those after it follow.',
    }),
  ),
})

const operation = (summary: string, description: string) => ({
  tags: ['Payments'],
  summary,
  description,
  params: sessionGuid,
  headers: idempotencyKey,
  body: operationBody,
  response: {
    200: {
      description: 'The gateway has done it.',
      content: { 'application/json': { schema: orderedOperation } },
    },
    202: {
      description:
        'The gateway has not answered yet. The server keeps asking it; read the payment, or send the same request again.',
      content: { 'application/json': { schema: orderedOperation } },
    },
    ...answers,
    409: problem(
      'The payment does not allow it, the gateway refused it, or the same request is still running.',
    ),
    422: problem('There is not so much, or the Idempotency-Key was already used for a different request.'),
  },
})

const create = (summary: string, description: string) => ({
  tags: ['Sessions'],
  summary,
  description,
  headers: idempotencyKey,
  body: createSessionBody,
  response: {
    200: {
      description: 'The session was opened.',
      content: { 'application/json': { schema: createdSession } },
    },
    ...without(answers, 404),
  },
})

/** How each route of the API is described. */
export const routeSchemas = {
  createSession: {
    operationId: 'createSession',
    ...create(
      'Opens a session on the agent’s live call',
      'The caller enters the card details on the phone keypad.',
    ),
  },
  createDigitalSession: {
    operationId: 'createDigitalSession',
    ...create('Opens a digital session', 'The customer pays on a page that is opened by a link.'),
  },
  getSession: {
    operationId: 'getSession',
    tags: ['Sessions'],
    summary: 'State and result of a session of either kind',
    params: sessionGuid,
    response: { 200: status, ...without(answers, 400, 403, 409, 413, 415, 422, 502, 503), 403: answers[403] },
  },
  followSession: {
    operationId: 'followSession',
    tags: ['Sessions'],
    summary: 'Follows a session until its end',
    description:
      'Server-sent events: `session.progress` for what happens in the session, then `session.ended` with its status. The stream then closes.',
    params: sessionGuid,
    headers: lastEventId,
    response: {
      200: {
        description: 'The events of the session.',
        content: { 'text/event-stream': { schema: sessionEvents } },
      },
      204: Type.Null({ description: 'Last-Event-ID names the last event of the session.' }),
      ...without(answers, 409, 413, 415, 422, 502, 503),
      429: problem('Too many requests, or too many streams of this session or account.'),
    },
  },
  listSessions: {
    operationId: 'listSessions',
    tags: ['Sessions'],
    summary: 'Lists the account’s sessions, newest first',
    description:
      'Without results: read those one by one. Query names are case-insensitive; unknown ones are ignored. Sessions that ended more than 90 days ago are not listed.',
    querystring: listQuery,
    response: {
      200: {
        description: 'A page of sessions.',
        content: { 'application/json': { schema: sessionList } },
      },
      ...without(answers, 404, 409, 413, 415, 422, 502, 503),
    },
  },
  cancelSession: {
    operationId: 'cancelSession',
    tags: ['Sessions'],
    summary: 'Ends an open session',
    params: sessionGuid,
    response: { 200: status, ...without(answers, 400, 415, 422) },
  },
  resendLink: {
    operationId: 'resendLink',
    tags: ['Sessions'],
    summary: 'Sends the customer’s link again',
    description:
      'For any open session of the account: a digital one, or one on a call whose customer cannot use the keypad. No body is needed. Sending to a different address creates a new link and invalidates the old one. 429 also means that this session’s link has been sent the maximum number of times.',
    params: sessionGuid,
    body: resendLinkBody,
    response: {
      200: {
        description: 'The message was accepted for delivery.',
        content: { 'application/json': { schema: resentLink } },
      },
      ...without(answers, 422),
      409: problem(
        'The session has ended, this server is not set up to send by this channel, or the link is already being sent.',
      ),
      502: problem('The message was not accepted for delivery.'),
    },
  },
  getPayment: {
    operationId: 'getPayment',
    tags: ['Payments'],
    summary: 'Amounts and operations of an approved payment',
    description: 'What was authorized, captured, refunded and voided, when and by whom.',
    params: sessionGuid,
    response: {
      200: { description: 'The payment.', content: { 'application/json': { schema: payment } } },
      ...without(answers, 400, 413, 415, 422),
      409: problem('The session has no approved payment.'),
    },
  },
  capture: {
    operationId: 'capturePayment',
    ...operation('Captures an authorized payment', 'Once. What is not captured is released.'),
  },
  refund: {
    operationId: 'refundPayment',
    ...operation(
      'Refunds a captured payment',
      'In full or in parts. Without an Idempotency-Key, a refund of the same amount as one that is pending is that one.',
    ),
  },
  void: {
    operationId: 'voidPayment',
    ...operation('Voids an authorized payment', 'Before it is captured; the customer is not charged.'),
  },
  hidden: { hide: true },
}

function without<T extends object>(all: T, ...statuses: readonly (keyof T)[]): Partial<T> {
  const rest: Partial<T> = { ...all }
  for (const each of statuses) delete rest[each]
  return rest
}
