import { type Static, Type } from 'typebox'
import { type SessionState, sessionStates } from '../session-state.ts'

/** The limits of `paymentData` (contract/payment-api §2). */
export const maxMembers = 100
export const maxNameCharacters = 64
export const maxValueCharacters = 1024

export const maxAgentIdCharacters = 255

/** A value of `paymentData`. */
export const paymentDataValue = Type.Union([
  Type.String({ maxLength: maxValueCharacters }),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
])

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
          description:
            'Data for the payment, under any keys. Strings may contain tabs and line breaks; numbers are kept as written. Amount, Currency and MerchantReferenceCode, OrderID or Reference are read, in upper or lower case. Amount is required and must be positive, such as 12.40, unless the configuration only verifies or keeps cards. cardToken, in upper or lower case, charges a card that the gateway keeps, if the configuration allows it. Card numbers are refused.',
        },
      ),
    ),
    accountConfigurationId: Type.Optional(
      Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
        description: 'Selects a configuration of the account.',
        default: 0,
      }),
    ),
    skipCallTransfer: Type.Optional(
      Type.Union([Type.Boolean(), Type.Null()], {
        description: 'For tests: no call is needed or transferred. Agent assist only.',
        default: false,
      }),
    ),
  },
  {
    title: 'CreateSession',
    description: 'Names are case-insensitive; unknown members are ignored.',
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
  { title: 'CreatedSession' },
)

export type CreatedSession = Static<typeof createdSession>

const channel = Type.Enum(['sms', 'email'], { type: 'string' })

/** The body of a resend; there need be none. */
export const resendLinkBody = Type.Object(
  {
    channel: Type.Optional(
      Type.Union([channel, Type.Null()], {
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
  },
  {
    title: 'ResendLink',
    description: 'Names are case-insensitive; unknown members are ignored.',
  },
)

export type ResendLinkBody = Static<typeof resendLinkBody>

/** The answer to a resend. */
export const resentLink = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    channel,
    paymentFormUrl: Type.String({
      description:
        'The customer’s payment page. A new link if it was sent to a different address; the old one is then invalid.',
    }),
  },
  { title: 'ResentLink' },
)

export type ResentLink = Static<typeof resentLink>

const time = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2018-02-23T09:28:22.781568Z'] })

/** The status of a session (contract/payment-api §4). */
export const sessionStatus = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    providerSessionGuid: guid('The id of the provider’s session.'),
    callGuid: Type.Optional(guid('The call that was transferred; absent if there was none.')),
    createdOn: time('UTC, six fraction digits.'),
    lastUpdatedOn: time('UTC, six fraction digits.'),
    sessionState: Type.Unsafe<SessionState>(
      Type.Union(
        sessionStates.map((state) => Type.Literal(state)),
        {
          description:
            'Finished means that the flow ran to its end, not that it was paid: see paymentOutcome.',
        },
      ),
    ),
    paymentResultData: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'From the end until 15 minutes later: the keys of the result template and of the configuration, the paymentData sent, and paymentOutcome, cardBrand, cardLast4, authorisationCode, gatewayReference, declineReason, cardToken if one was created, and paymentFailure, paymentFailureAmount and paymentFailureCode if a capture or refund failed later.',
      }),
    ),
  },
  { title: 'SessionStatus' },
)

/** The body of a capture, a refund or a void; there need be none. */
export const operationBody = Type.Object(
  {
    amount: Type.Optional(
      Type.Union([Type.String({ maxLength: 40 }), Type.Null()], {
        description:
          'In major units of the payment’s currency, as a string. Without it: all that was authorized, or all that is left to refund. A void is always of the whole payment.',
        examples: ['5.00'],
      }),
    ),
  },
  {
    title: 'PaymentOperationRequest',
    description: 'Names are case-insensitive; unknown members are ignored.',
  },
)

export type OperationBody = Static<typeof operationBody>

const amountText = (description: string) => Type.String({ description, examples: ['12.40'] })

/** A capture, a refund or a void of a payment. */
const paymentOperation = Type.Object(
  {
    operationId: Type.String({ description: 'The key that the gateway knows the operation by.' }),
    type: Type.Enum(['capture', 'refund', 'void'], { type: 'string' }),
    status: Type.Enum(['pending', 'succeeded', 'failed'], {
      type: 'string',
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
        id: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
        client: Type.Optional(Type.String({ description: 'The client of a user’s access token.' })),
      },
      { description: 'Who ordered it.' },
    ),
    gatewayCode: Type.Optional(Type.String({ description: 'The gateway’s reason, if it failed.' })),
  },
  { title: 'PaymentOperation' },
)

export type PaymentOperationAnswer = Static<typeof paymentOperation>

/** Where the money of a session's payment is (contract/payment-api §1). */
export const payment = Type.Object(
  {
    sessionGuid: guid('The id of the payment session.'),
    status: Type.Enum(['authorized', 'captured', 'partially-refunded', 'refunded', 'voided'], {
      type: 'string',
    }),
    currency: Type.String({ description: 'ISO 4217.' }),
    authorizedAmount: amountText('What the gateway approved, in major units.'),
    capturedAmount: amountText('In major units.'),
    refundedAmount: amountText('In major units.'),
    pendingRefundAmount: amountText('Of refunds that the gateway has not answered yet.'),
    refundableAmount: amountText('What can still be refunded.'),
    gateway: Type.String(),
    gatewayReference: Type.String({ description: 'The gateway’s own id of the payment.' }),
    operations: Type.Array(paymentOperation, { description: 'Oldest first.' }),
  },
  { title: 'Payment' },
)

export type PaymentAnswer = Static<typeof payment>

/** The answer to a capture, a refund or a void. */
export const orderedOperation = Type.Object(
  { operation: paymentOperation, payment },
  { title: 'OrderedPaymentOperation' },
)

/** A session of a list: its status without the result, and what it was opened with. */
const listedSession = Type.Object({
  ...Type.Omit(sessionStatus, ['paymentResultData']).properties,
  kind: Type.Enum(['agent-assist', 'digital'], { type: 'string' }),
  agentId: Type.String({
    description: 'The agent who was on the call; in a digital session, the agent who opened it.',
  }),
  accountConfigurationId: Type.Integer({ minimum: 0 }),
})

export type ListedSession = Static<typeof listedSession>

/** A page of the account's sessions. */
export const sessionList = Type.Object(
  {
    sessions: Type.Array(listedSession, { description: 'Newest first.' }),
    nextCursor: Type.Optional(
      Type.String({ description: 'Send it as cursor to get the next page; absent on the last page.' }),
    ),
  },
  { title: 'SessionList' },
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
  state: Type.Optional(
    Type.Enum([...sessionStates], {
      type: 'string',
      description: 'Sessions in this state; upper or lower case.',
    }),
  ),
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
      default: listLimits.usual,
      description: 'The maximum number of sessions on a page.',
    }),
  ),
})

/** RFC 9457, with `message` for older clients (contract/payment-api §6). */
export const problemAnswer = Type.Object(
  {
    type: Type.String({
      format: 'uri',
      description: 'The kind of error, as the address of a page that explains it.',
    }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong with this request.' }),
    instance: Type.String({ description: 'The path of the request.' }),
    message: Type.String({ description: 'The same as detail.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'Each invalid member, with its path.',
      }),
    ),
    sessionGuid: Type.Optional(guid('The open session of the call, if that is the error.')),
  },
  { title: 'Problem' },
)
