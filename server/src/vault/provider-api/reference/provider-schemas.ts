import { Type } from 'typebox'
import { linkChannel, paymentOutcome } from '../../../base/openapi/shared-schemas.ts'

const text = (description: string) => Type.String({ description })
const optional = (description: string) => Type.Optional(text(description))

/** contract/provider §1. */
export const providerTokenRequest = Type.Object(
  {
    grant_type: Type.Enum(['client_credentials'], { type: 'string', description: 'Always this one.' }),
    tenantname: text('The name of the tenant; it may have spaces.'),
    username: text('A name that was agreed upon, or the client’s own name of its agent.'),
    client_id: text('The client’s id.'),
    client_secret: text('The client’s secret.'),
  },
  { title: 'ProviderTokenRequest', description: 'The credentials of a client of the provider contract.' },
)

export const providerToken = Type.Object(
  {
    access_token: text('A JWT; limits calls of the API, not a page that is open.'),
    token_type: Type.Enum(['Bearer'], { type: 'string', description: 'How it is sent.' }),
    expires_in: Type.Integer({ description: 'In how many seconds it expires.' }),
    refresh_token: text('Opens the agent’s page when the access token has expired.'),
    client_id: text('The client’s id.'),
    tenantName: text('The name of the tenant.'),
    '.issued': text('When it was issued, as an HTTP date.'),
    '.expires': text('When it expires, as an HTTP date.'),
  },
  { title: 'ProviderToken', description: 'The tokens of a client of the provider contract.' },
)

export const providerTokenError = Type.Object(
  {
    error: Type.Enum(
      [
        'invalid_request',
        'invalid_client',
        'invalid_client_key',
        'unsupported_grant_type',
        'temporarily_unavailable',
        'server_error',
      ],
      { type: 'string', description: 'The kind of error.' },
    ),
    error_description: text('What is wrong with the request.'),
  },
  { title: 'ProviderTokenError', description: 'Why a client got no token.' },
)

/** contract/provider §2. */
export const launchRequest = Type.Object(
  {
    FlowId: Type.Union([Type.Integer({ minimum: 0 }), Type.String({ pattern: '^\\d{1,10}$' })], {
      description: 'The number of the flow.',
    }),
    InitialValues: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
          maxProperties: 200,
          title: 'InitialValues',
          description: 'What the flow is launched with, under the keys that its author chose.',
        },
      ),
    ),
  },
  { title: 'LaunchRequest', description: 'The flow to launch. Names are case-insensitive.' },
)

export const launched = Type.Object(
  {
    Id: Type.String({ format: 'uuid', description: 'The id of the session.' }),
    LinkId: text('What people call the session: nine digits, which grant no access.'),
    ViewUrl: text('The agent’s page, opened by a form POST with two tokens.'),
    PaymentFormUrl: text('The customer’s page.'),
    AccessToken: text('For this session’s agent page alone.'),
    RefreshToken: text('Renews it, once.'),
  },
  {
    title: 'LaunchedSession',
    description: 'A session that was launched. Id and LinkId are the contract’s; the others are Tonegate’s.',
  },
)

const result = Type.Object(
  {
    transactionResult: Type.Enum(['SUCCESS', 'DECLINE', 'CANCELLED', 'ERROR'], {
      type: 'string',
      description: 'ERROR: it failed, timed out, or the outcome is unknown.',
    }),
    orderReference: optional('From the launch.'),
    orderAmount: optional('In minor or in major units, as the flow says.'),
    orderAmountMinor: optional('In minor units.'),
    orderCurrency: optional('ISO 4217.'),
    transactionID: optional('The gateway’s own reference.'),
    transactionAuthCode: optional('The bank’s authorisation code.'),
    transactionResponseMsg: optional('The gateway’s own result code, or why it was declined.'),
    cardLast4: optional('The last four digits of the card.'),
    cardType: optional('The brand, such as visa.'),
    cardExpiry: optional('MMYY.'),
    cardToken: optional('Stands for the card at the gateway, if one was created.'),
    ppAccountID: optional('The tenant.'),
    ppCallID: optional('The session’s Id.'),
    flowId: optional('The flow.'),
    linkId: optional('The session’s LinkId.'),
    launchedBy: optional('The username of the token that the session was launched with.'),
    paymentOutcome: Type.Optional(paymentOutcome),
    end: optional('How the session ended.'),
    declineReason: optional('Why it was declined, in one vocabulary for every gateway.'),
    captured: optional('true if it was captured, false if it is only held.'),
    correction: optional('reconciled or voided, in a second callback.'),
    endedAt: optional('When the session ended.'),
    gateway: Type.Record(Type.String(), Type.String(), {
      description: 'Further details from the gateway, under its own names.',
    }),
  },
  { title: 'ProviderResult', description: 'The result of a session, in the names of the contract.' },
)

export const providerSession = Type.Object(
  {
    Id: Type.String({ format: 'uuid', description: 'The id of the session.' }),
    LinkId: text('What people call the session.'),
    FlowId: Type.Optional(Type.Integer({ description: 'The flow.' })),
    LaunchedBy: optional('The username of the token that it was launched with.'),
    State: Type.Enum(['Created', 'InProgress', 'Ended'], {
      type: 'string',
      description: 'InProgress: somebody has opened a page, or pressed a key.',
    }),
    Result: Type.Optional(result),
  },
  {
    title: 'ProviderSession',
    description: 'A session, as its client may know it. Result: for a day after the end.',
  },
)

/** Empty where nothing was launched. */
export const calledOff = Type.Object(Type.Partial(providerSession).properties, {
  title: 'CalledOffLaunch',
  description: 'The session that was launched with the key; empty if there was none.',
})

export const sendLinkRequest = Type.Object(
  {
    Channel: Type.Optional(linkChannel),
    To: Type.Optional(
      Type.String({
        maxLength: 254,
        description: 'A phone number with its country code, or an email address.',
      }),
    ),
  },
  { title: 'SendLinkRequest', description: 'Where the link is sent; without it, as it went last.' },
)

export const sentLink = Type.Object(
  {
    Id: Type.String({ format: 'uuid', description: 'The id of the session.' }),
    Channel: linkChannel,
    PaymentFormUrl: text('The customer’s page.'),
  },
  { title: 'SentLink', description: 'A link that was accepted for delivery.' },
)
