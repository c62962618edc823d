import { declineReasons } from '@tonegate/protocol/outcome'
import { type Static, Type } from 'typebox'
import { linkChannel, paymentOutcome } from '../../base/openapi/shared-schemas.ts'
import { type SessionState, sessionStates } from '../session-state.ts'

/** The limits of `paymentData` (contract/payment-api §2). */
export const maxMembers = 100
export const maxNameCharacters = 64
export const maxValueCharacters = 1024

export const maxAgentIdCharacters = 255

/** A value of `paymentData`. */
export const paymentDataValue = Type.Union(
  [Type.String({ maxLength: maxValueCharacters }), Type.Number(), Type.Boolean(), Type.Null()],
  { title: 'PaymentDataValue', description: 'Numbers and booleans are kept as their text.' },
)

/** The body of both POSTs, its members under the names of the contract. */
export const createSessionBody = Type.Object(
  {
    agentId: Type.Optional(
      Type.Union([Type.String({ maxLength: maxAgentIdCharacters }), Type.Null()], {
        description:
          'The agent on the call; in a digital session, the agent who opened it. A back end must send it; an agent’s own token need not.',
      }),
    ),
    paymentData: Type.Unsafe<Readonly<Record<string, Static<typeof paymentDataValue>>>>(
      Type.Object(
        {},
        {
          additionalProperties: paymentDataValue,
          propertyNames: { maxLength: maxNameCharacters },
          maxProperties: maxMembers,
          title: 'PaymentData',
          description:
            'Data for the payment, under any keys. Strings may contain tabs and line breaks; numbers are kept as written. Amount, Currency and MerchantReferenceCode, OrderID or Reference are read, in upper or lower case. Amount is required and must be positive, such as 12.40, unless the configuration only verifies or keeps cards. cardToken, in upper or lower case, charges a card that the gateway keeps, if the configuration allows it. Card numbers are refused.',
        },
      ),
    ),
    accountConfigurationId: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
        description: 'Selects a configuration of the account; 0 unless sent.',
      }),
    ),
    skipCallTransfer: Type.Optional(
      Type.Union([Type.Boolean(), Type.Null()], {
        description: 'For tests: no call is needed or transferred; false unless sent. Agent assist only.',
      }),
    ),
  },
  {
    title: 'CreateSessionRequest',
    description: 'What a session is opened with. Names are case-insensitive; unknown members are ignored.',
  },
)

export type CreateSessionBody = Static<typeof createSessionBody>

const guid = (description: string) => Type.String({ format: 'uuid', description })

/** The answer to both POSTs (contract/payment-api §3). */
export const createdSession = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    providerSessionGuid: guid('The id of the provider’s session.'),
    iframeUrl: Type.String({
      format: 'uri',
      description: 'The agent’s payment page, opened by a form POST with the two tokens.',
    }),
    agentAccessToken: Type.String({
      description: 'Only for the agent’s payment page; valid for about five minutes.',
    }),
    agentRefreshToken: Type.String({ description: 'Renews the access token, once.' }),
    paymentFormUrl: Type.String({
      description:
        'The customer’s payment page; empty if the session has no page, for example with a kept card.',
    }),
  },
  {
    title: 'CreatedSession',
    description: 'A session that was opened: its ids, the agent’s page and the customer’s.',
  },
)

export type CreatedSession = Static<typeof createdSession>

/** The body of a resend; there need be none. */
export const resendLinkBody = Type.Object(
  {
    channel: Type.Optional(
      Type.Union([linkChannel, Type.Null()], {
        description:
          'Without it: the channel of the given address; otherwise the channel last used; otherwise sms if the session has a phone number, and email if it does not.',
      }),
    ),
    to: Type.Optional(
      Type.Union([Type.String({ maxLength: 320 }), Type.Null()], {
        description:
          'A phone number with its country code, such as +48500000000, or an email address. Without it: the address last used, or the one in paymentData. Card numbers are refused.',
      }),
    ),
    unlessSent: Type.Optional(
      Type.Union([Type.Boolean(), Type.Null()], {
        description:
          'true: nothing is sent if the link was sent to this address already, for example because the configuration sends it when the session is opened.',
      }),
    ),
  },
  {
    title: 'ResendLinkRequest',
    description: 'Where the link is sent. Names are case-insensitive; unknown members are ignored.',
  },
)

export type ResendLinkBody = Static<typeof resendLinkBody>

/** The answer to a resend. */
export const resentLink = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    channel: linkChannel,
    paymentFormUrl: Type.String({
      description:
        'The customer’s payment page. A new link if it was sent to a different address; the old one is then invalid.',
    }),
  },
  { title: 'ResentLink', description: 'A link that was accepted for delivery.' },
)

export type ResentLink = Static<typeof resentLink>

const time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2018-02-23T09:28:22.781568Z'] })

const sessionState = Type.Unsafe<SessionState>(
  Type.Enum([...sessionStates], {
    type: 'string',
    title: 'SessionState',
    description: 'Finished means that the flow ran to its end, not that it was paid: see paymentOutcome.',
  }),
)

const declineReason = Type.Enum([...declineReasons], {
  type: 'string',
  title: 'DeclineReason',
  description: 'Why the issuer or the gateway declined, in the same words for every gateway.',
})

const resultMember = (description: string) => Type.Optional(Type.String({ description }))

/** Any key may be there besides those that every result has. */
const paymentResultData = Type.Unsafe<Readonly<Record<string, string>>>(
  Type.Object(
    {
      paymentOutcome: Type.Optional(paymentOutcome),
      cardBrand: resultMember('Such as visa; empty if no card was entered.'),
      cardLast4: resultMember('The last four digits of the card, or empty.'),
      authorisationCode: resultMember('The issuer’s code of an approved payment, or empty.'),
      gatewayReference: resultMember('The gateway’s own id of the payment, or empty.'),
      declineReason: Type.Optional(
        Type.Union([declineReason, Type.Enum([''], { type: 'string' })], {
          description: 'Empty if the payment was not declined.',
        }),
      ),
      cardToken: resultMember('Stands for the card at the gateway, if one was created.'),
      paymentFailure: resultMember('Of a capture or a refund that failed later: which of them.'),
      paymentFailureAmount: resultMember('Its amount in minor units.'),
      paymentFailureCode: resultMember('The gateway’s reason.'),
    },
    {
      additionalProperties: Type.String(),
      title: 'PaymentResultData',
      description:
        'From the end until 15 minutes later: the keys of the result template and of the configuration, the paymentData sent, and the members that every result has.',
    },
  ),
)

/** The status of a session (contract/payment-api §4). */
export const sessionStatus = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    providerSessionGuid: guid('The id of the provider’s session.'),
    callGuid: Type.Optional(guid('The call that was transferred; absent if there was none.')),
    createdOn: time('UTC, six fraction digits.'),
    lastUpdatedOn: time('UTC, six fraction digits.'),
    sessionState,
    paymentResultData: Type.Optional(paymentResultData),
  },
  {
    title: 'Session',
    description: 'State and result of a session: the answer to its GET, and the body of the webhook.',
  },
)

/** The body of a capture, a refund or a void; there need be none. */
export const operationBody = Type.Object(
  {
    amount: Type.Optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Null()], {
        description:
          'In major units of the payment’s currency, as a string. Without it: all that was authorized, or all that is left to refund. A void is always of the whole payment.',
        examples: ['5.00'],
      }),
    ),
  },
  {
    title: 'PaymentOperationRequest',
    description: 'How much is captured or refunded. Names are case-insensitive; other members are refused.',
  },
)

export type OperationBody = Static<typeof operationBody>

const amountText = (description: string) => Type.String({ description, examples: ['12.40'] })

/** A capture, a refund or a void of a payment. */
const paymentOperation = Type.Object(
  {
    operationId: Type.String({ description: 'The key that the gateway knows the operation by.' }),
    type: Type.Enum(['capture', 'refund', 'void'], {
      type: 'string',
      title: 'PaymentOperationType',
      description: 'What an operation does with a payment.',
    }),
    status: Type.Enum(['pending', 'succeeded', 'failed'], {
      type: 'string',
      title: 'PaymentOperationStatus',
      description: 'pending until the gateway has answered; the server keeps asking it.',
    }),
    amount: amountText('In major units.'),
    requestedOn: time('UTC, six fraction digits.'),
    completedOn: Type.Optional(time('When the gateway’s answer was stored.')),
    requestedBy: Type.Object(
      {
        kind: Type.String({
          description:
            'user or client: whose access token it was; operator: a command; gateway or system: nobody asked for it.',
        }),
        id: Type.Optional(Type.String({ description: 'The id of the user or the client.' })),
        name: Type.Optional(Type.String({ description: 'What the operator or the gateway is called.' })),
        client: Type.Optional(Type.String({ description: 'The client of a user’s access token.' })),
      },
      { title: 'PaymentOperationRequester', description: 'Who ordered an operation.' },
    ),
    gatewayCode: Type.Optional(Type.String({ description: 'The gateway’s reason, if it failed.' })),
  },
  { title: 'PaymentOperation', description: 'A capture, a refund or a void of a payment.' },
)

export type PaymentOperationAnswer = Static<typeof paymentOperation>

/** Where the money of a session's payment is (contract/payment-api §1). */
export const payment = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    status: Type.Enum(['authorized', 'captured', 'partially-refunded', 'refunded', 'voided'], {
      type: 'string',
      title: 'PaymentStatus',
      description: 'How far a payment has come.',
    }),
    currency: Type.String({ description: 'ISO 4217.' }),
    authorizedAmount: amountText('What the gateway approved, in major units.'),
    capturedAmount: amountText('In major units.'),
    refundedAmount: amountText('In major units.'),
    pendingRefundAmount: amountText('Of refunds that the gateway has not answered yet.'),
    refundableAmount: amountText('What can still be refunded.'),
    gateway: Type.String({ description: 'The kind of gateway that the payment is at.' }),
    gatewayReference: Type.String({ description: 'The gateway’s own id of the payment.' }),
    operations: Type.Array(paymentOperation, { description: 'Oldest first.' }),
  },
  {
    title: 'Payment',
    description: 'An approved payment: its amounts, and what was done with it since.',
  },
)

export type PaymentAnswer = Static<typeof payment>

/** The answer to a capture, a refund or a void. */
export const orderedOperation = Type.Object(
  { operation: paymentOperation, payment },
  {
    title: 'OrderedPaymentOperation',
    description: 'The operation that was ordered, and the payment after it.',
  },
)

/** A session of a list: its status without the result, and what it was opened with. */
const listedSession = Type.Object(
  {
    ...Type.Omit(sessionStatus, ['paymentResultData']).properties,
    kind: Type.Enum(['agent-assist', 'digital'], {
      type: 'string',
      title: 'SessionKind',
      description: 'agent-assist: on a call; digital: by a link.',
    }),
    agentId: Type.String({
      description: 'The agent who was on the call; in a digital session, the agent who opened it.',
    }),
    accountConfigurationId: Type.Integer({
      minimum: 0,
      description: 'The configuration that the session was opened with.',
    }),
  },
  {
    title: 'ListedSession',
    description: 'A session of a list: without its result, and with what it was opened with.',
  },
)

export type ListedSession = Static<typeof listedSession>

/** A page of the account's sessions. */
export const sessionList = Type.Object(
  {
    sessions: Type.Array(listedSession, { description: 'Newest first.' }),
    nextCursor: Type.Optional(
      Type.String({ description: 'Send it as cursor to get the next page; absent on the last page.' }),
    ),
  },
  { title: 'SessionList', description: 'A page of the account’s sessions.' },
)

export type SessionList = Static<typeof sessionList>

/** How many sessions a page of a list has. */
export const listLimits = { usual: 50, most: 200 }

/** The query of a list of sessions, as it is described; it is read by hand. */
export const listQuery = Type.Object({
  agentId: Type.Optional(
    Type.String({
      maxLength: maxAgentIdCharacters,
      description: 'Sessions of this agent. An agent’s own token sees only that agent’s sessions.',
    }),
  ),
  state: Type.Optional(sessionState),
  from: Type.Optional(
    Type.String({
      description:
        'Opened at this time or later: an ISO 8601 time with Z or an offset, or a date, which begins at midnight UTC.',
      examples: ['2026-01-15T09:30:00Z', '2026-01-15'],
    }),
  ),
  to: Type.Optional(Type.String({ description: 'Opened before this time; same format as from.' })),
  cursor: Type.Optional(
    Type.String({ description: 'The nextCursor of the previous page, with the same filters.' }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: listLimits.most,
      description: `The maximum number of sessions on a page; ${listLimits.usual} unless sent.`,
    }),
  ),
})
