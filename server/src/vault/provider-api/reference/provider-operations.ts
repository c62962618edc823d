import { Type } from 'typebox'
import type { Operation } from '../../../base/openapi/api-part.ts'
import { exampleIds, exampleOrigins } from '../../../base/openapi/example-region.ts'
import { problemAnswers } from '../../../base/openapi/problem-answers.ts'
import {
  jsonAnswer,
  jsonBody,
  launchAnswers,
  ofSession,
  ofTenant,
  tag,
  tokenAnswers,
  usualProblems,
  withToken,
} from './provider-answers.ts'
import {
  calledOff,
  launched,
  launchRequest,
  providerSession,
  providerToken,
  providerTokenRequest,
  sendLinkRequest,
  sentLink,
} from './provider-schemas.ts'

const Id = exampleIds.providerSession
const paymentFormUrl = `${exampleOrigins.payment}/pay/4vJ9wq2Lr8Zk3sYtBn6HxA`

const open = { Id, LinkId: '482913075', FlowId: 695, LaunchedBy: 'harbour_user', State: 'InProgress' }

const cancelled = {
  ...open,
  State: 'Ended',
  Result: {
    orderReference: 'order-1001',
    orderAmount: '1240',
    orderCurrency: 'GBP',
    transactionResult: 'CANCELLED',
    paymentOutcome: 'cancelled',
    end: 'cancelled',
    gateway: {},
  },
}

const sessions = {
  open: { summary: 'Somebody has opened a page', value: open },
  cancelled: { summary: 'It was cancelled', value: cancelled },
}

export const requestProviderToken: Operation = {
  operationId: 'requestProviderToken',
  tag,
  summary: 'Issues the tokens of the provider contract',
  description: 'A client sends its credentials again when the access token has expired.',
  security: [],
  body: {
    description: 'The credentials.',
    required: true,
    content: {
      'application/x-www-form-urlencoded': {
        schema: providerTokenRequest,
        examples: {
          client: {
            summary: 'The credentials of a client',
            value: {
              grant_type: 'client_credentials',
              tenantname: 'Harbour Street Books',
              username: 'harbour_user',
              client_id: 'harbour-desk',
              client_secret: 'the secret of the client',
            },
          },
        },
      },
    },
  },
  answers: {
    200: jsonAnswer('The tokens.', providerToken, {
      issued: {
        summary: 'Tokens for 299 seconds',
        value: {
          access_token: 'eyJ0eXAiOiJwcm92aWRlcitqd3QiLCJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl',
          token_type: 'Bearer',
          expires_in: 299,
          refresh_token: '7c1d8f0a52b94e3f8a6d0c9be1f24735',
          client_id: 'harbour-desk',
          tenantName: 'Harbour Street Books',
          '.issued': 'Mon, 30 Nov 2026 09:28:22 GMT',
          '.expires': 'Mon, 30 Nov 2026 09:33:21 GMT',
        },
      },
    }),
    ...tokenAnswers,
  },
}

const launchKey = (key: 'required' | 'optional') => {
  const text = Type.String({
    maxLength: 255,
    description:
      'For a day, the same key with the same body gets the same answer, and launches nothing else.',
    examples: ['order-1001'],
  })
  return Type.Object({ 'Idempotency-Key': key === 'required' ? text : Type.Optional(text) })
}

export const launchSession: Operation = {
  operationId: 'launchSession',
  tag,
  summary: 'Launches a session by its flow',
  description: 'What is refused is told as a line of plain text.',
  security: withToken,
  path: ofTenant,
  headers: launchKey('optional'),
  body: jsonBody('required', 'The flow, and what it is launched with.', {
    schema: launchRequest,
    examples: {
      payment: {
        summary: 'A payment',
        value: { FlowId: 695, InitialValues: { amount: '1240', currencyCode: 'GBP', orderId: 'order-1001' } },
      },
    },
  }),
  answers: {
    200: jsonAnswer('The session was launched.', launched, {
      launched: {
        summary: 'A session',
        value: {
          Id,
          LinkId: '482913075',
          ViewUrl: `${exampleOrigins.payment}/session/1/view/${Id}/framed`,
          PaymentFormUrl: paymentFormUrl,
          AccessToken: 'eyJ0eXAiOiJ2aWV3K2p3dCIsImFsZyI6IkhTMjU2In0.e30.c2lnbmF0dXJl',
          RefreshToken: '7c1d8f0a52b94e3f8a6d0c9be1f24735',
        },
      },
    }),
    ...launchAnswers,
  },
}

export const callOffLaunch: Operation = {
  operationId: 'callOffLaunch',
  tag,
  summary: 'Calls a launch off whose answer was lost',
  description:
    'What was launched with the key is cancelled, unless a card is being charged. If nothing was launched, the answer is empty, and a launch with the key is refused for seven days.',
  security: withToken,
  path: ofTenant,
  headers: launchKey('required'),
  answers: {
    200: jsonAnswer('What was launched, if anything.', calledOff, {
      nothing: { summary: 'Nothing was launched', value: {} },
      cancelled: { summary: 'The session was cancelled', value: cancelled },
    }),
    ...problemAnswers(
      ...usualProblems,
      'invalid-request',
      'card-data-refused',
      'body-too-large',
      'unsupported-media-type',
    ),
  },
}

export const getProviderSession: Operation = {
  operationId: 'getProviderSession',
  tag,
  summary: 'Where a launched session stands',
  description: 'With its result for a day after the end. A client sees what it launched, and nothing else.',
  security: withToken,
  path: ofSession,
  answers: {
    200: jsonAnswer('The session.', providerSession, sessions),
    ...problemAnswers(...usualProblems),
  },
}

export const cancelProviderSession: Operation = {
  operationId: 'cancelProviderSession',
  tag,
  summary: 'Ends a launched session',
  description:
    'One that was cancelled before is answered alike. Of one that has ended otherwise, what was authorised and not captured is voided if its flow allows it.',
  security: withToken,
  path: ofSession,
  answers: {
    200: jsonAnswer('The session, cancelled.', providerSession, sessions),
    ...problemAnswers(
      ...usualProblems,
      'invalid-request',
      'session-ended',
      'not-possible-now',
      'body-too-large',
      'unsupported-media-type',
    ),
  },
}

export const sendProviderLink: Operation = {
  operationId: 'sendProviderLink',
  tag,
  summary: 'Sends the link of a launched session',
  description: 'To another address it is a new link, and the old one becomes invalid.',
  security: withToken,
  path: ofSession,
  body: jsonBody('optional', 'Where the link is sent.', {
    schema: sendLinkRequest,
    examples: { sms: { summary: 'By text message', value: { Channel: 'sms', To: '+48500000000' } } },
  }),
  answers: {
    200: jsonAnswer('The message was accepted for delivery.', sentLink, {
      sent: { summary: 'It was sent', value: { Id, Channel: 'sms', PaymentFormUrl: paymentFormUrl } },
    }),
    ...problemAnswers(
      ...usualProblems,
      'invalid-request',
      'card-data-refused',
      'session-ended',
      'not-possible-now',
      'body-too-large',
      'unsupported-media-type',
      'link-not-sent',
    ),
  },
}
