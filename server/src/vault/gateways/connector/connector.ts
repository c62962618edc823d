import { type Static, Type } from 'typebox'
import { createBoundedCache } from '../../../base/bounded-cache.ts'
import { signWebhook } from '../../../base/signing/standard-webhooks.ts'
import { echoes } from '../../model/echoes.ts'
import type {
  AskedBefore,
  AuthorisationRequest,
  Challenge,
  ChallengeCompletion,
  FollowUp,
  FollowUpAnswer,
  Gateway,
  GatewayAnswer,
  GatewayChallenge,
} from '../../model/gateway.ts'
import type { GatewayKind, GatewayParts } from '../accounts/gateway-kind.ts'
import { askGateway, UnclearAnswer } from '../ask-gateway.ts'
import { guardGateway } from '../guard-gateway.ts'
import { type Json, textIn } from '../json-answer.ts'
import { secretBody } from '../secret-body.ts'
import { checkConnector } from './check-connector.ts'
import { readAuthorisation, readCompletion, readFollowUp, readReconciliation } from './connector-answer.ts'
import { readConnectorNotifications } from './connector-notifications.ts'
import type { ConnectorOperation } from './connector-request.ts'

const settingsSchema = Type.Object(
  {
    /** Where the requests go, each with its operation at the end of the path. */
    url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
    /** Each request is signed with all of them. */
    secrets: Type.Array(Type.String({ pattern: '^whsec_[A-Za-z0-9+/]{32,86}={0,2}$' }), {
      minItems: 1,
      maxItems: 4,
    }),
    /** Whether the endpoint may be at an address of the operator's own network. */
    insideNetwork: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

type ConnectorSettings = Static<typeof settingsSchema>

const maxFollowUp = 60_000
/** How much longer than the flow an authorisation's answer is waited for: a late one is welcome. */
const lateMilliseconds = 60_000
const maxBytes = 64 * 1024
const maxChallenges = 10_000

/**
 * A gateway behind an endpoint of the merchant's own: each operation is a signed POST of JSON. Only an answer that
 * conforms to the schema says something, with status 200, or with one of 4xx where a new payment was not processed;
 * after any other nobody knows what became of the money.
 */
export const connector: GatewayKind = {
  settingsSchema,
  shown: ['url', 'insideNetwork'],
  create: guardGateway(createConnector),
}

function createConnector({ settings, send, sendInside, clock }: GatewayParts<ConnectorSettings>): Gateway {
  const endpoint = new URL(settings.url)
  const way = settings.insideNetwork ? sendInside : send
  /** What the customers who are at their banks were asked, by the keys of their payments. */
  const challenges = createBoundedCache<string, Challenge>(maxChallenges)

  async function post({ operation, id, key, body, timeoutMilliseconds, signal }: Post): Promise<Json> {
    const headers = {
      ...signWebhook({ id, sentAt: clock.now(), body, secrets: settings.secrets }),
      'content-type': 'application/json',
      accept: 'application/json',
      'idempotency-key': key,
    }
    const url = addressOf(endpoint, operation)
    const { status, json } = await askGateway(way, {
      method: 'POST',
      url,
      headers,
      body,
      maxBytes,
      timeoutMilliseconds,
      signal,
      wipeBody: true,
    })
    const isPayment = operation === 'authorise' || operation === 'authorise-kept'
    const isHeard = status === 200 || (isPayment && isOwnError(status, json))
    if (!json || !isHeard) throw new UnclearAnswer(`status ${status}${json ? '' : ', and no JSON'}`)
    // An endpoint that says which request it answers answers this one.
    if (![undefined, key].includes(textIn(json, 'idempotencyKey'))) throw new UnclearAnswer('another request')
    return json
  }

  /** Says in JSON what is wanted. */
  const postJson = (operation: ConnectorOperation, order: FollowUp | Completion | Question, more: object) => {
    const { idempotencyKey: key, signal } = order
    const body = Buffer.from(JSON.stringify({ version: 1, operation, idempotencyKey: key, ...more }))
    const asks = operation === 'reconcile' ? `-${clock.now()}` : ''
    const id = `${operation}-${key}${asks}`
    return post({ operation, id, key, body, timeoutMilliseconds: maxFollowUp, signal })
  }

  async function authorise(
    operation: 'authorise' | 'authorise-kept',
    request: Omit<AuthorisationRequest, 'card'>,
    body: Buffer,
  ): Promise<GatewayAnswer | GatewayChallenge> {
    const { idempotencyKey: key, timeoutSeconds, signal } = request
    const answer = await post({
      ...{ operation, id: `${operation}-${key}`, key, signal, body },
      timeoutMilliseconds: timeoutSeconds * 1000 + lateMilliseconds,
    })
    const read = readAuthorisation(answer)
    if (read.status === 'challenge') {
      refusePlainHttp(read, endpoint)
      challenges.set(key, read.challenge)
    }
    return read
  }

  async function followUp(
    operation: 'capture' | 'void' | 'refund',
    order: FollowUp,
  ): Promise<FollowUpAnswer> {
    const { gatewayReference, paymentKey, amount } = order
    return readFollowUp(await postJson(operation, order, { gatewayReference, paymentKey, amount }))
  }

  return {
    authorise: (request) => authorise('authorise', request, authorisationBody(request)),
    authoriseKept(request) {
      const { token, initiator } = request
      const said = { ...paymentOf('authorise-kept', request), token, initiator }
      return authorise('authorise-kept', request, Buffer.from(JSON.stringify(said)))
    },
    readNotifications: (sent) => readConnectorNotifications(sent, settings.secrets),
    check: (signal) =>
      checkConnector((key) => postJson('reconcile', { idempotencyKey: key, signal }, nothing)),
    async completeChallenge(completion) {
      const { idempotencyKey, answer } = completion
      const challenge = challenges.get(idempotencyKey)
      const isAnswered = answer !== 'abandoned' && (!challenge || echoes(challenge, answer))
      const more = isAnswered ? { outcome: 'answered', answer } : { outcome: 'abandoned' }
      return readCompletion(await postJson('complete-challenge', completion, more))
    },
    async reconcile(asked) {
      const { purpose, order, requestedAt } = asked
      const { amountMinor, currency } = order
      const read = readReconciliation(
        await postJson('reconcile', asked, {
          ...{ purpose, amount: { amountMinor, currency } },
          requestedAt: new Date(requestedAt).toISOString(),
        }),
      )
      if (read.status === 'challenge') return { status: 'at-bank' }
      return read.status === 'unknown' ? undefined : read
    },
    capture: (order) => followUp('capture', order),
    void: (order) => followUp('void', order),
    refund: (order) => followUp('refund', order),
  }
}

/** The operation is in the body, which is signed, and at the end of the path, for whoever directs requests. */
function addressOf(endpoint: URL, operation: ConnectorOperation): URL {
  const url = new URL(endpoint)
  url.pathname = `${endpoint.pathname.replace(/\/$/, '')}/${operation}`
  return url
}

/** The statuses of requests that were not processed, for an endpoint that says so in the schema's words. */
const ownErrors = new Set([400, 401, 403, 404, 422, 429])

const isOwnError = (status: number, json: Json | undefined): boolean =>
  ownErrors.has(status) && json?.status === 'error'

type Completion = Pick<ChallengeCompletion, 'idempotencyKey' | 'signal'>
type Question = Pick<AskedBefore, 'idempotencyKey' | 'signal'>

/** Of a payment that nobody has made. */
const nothing = {
  ...{ purpose: 'charge', amount: { amountMinor: 1, currency: 'EUR' } },
  requestedAt: new Date(0).toISOString(),
}

interface Post {
  readonly operation: ConnectorOperation
  /** The message's: a receiver may throw away what it has seen before. */
  readonly id: string
  readonly key: string
  readonly body: Buffer
  readonly timeoutMilliseconds: number
  readonly signal: AbortSignal
}

/** What every payment says, whatever card it is by. */
function paymentOf(
  operation: ConnectorOperation,
  {
    idempotencyKey,
    purpose,
    channel,
    order: { amountMinor, currency, reference },
    initialValues,
    timeoutSeconds,
    challengeReturnUrl,
  }: Omit<AuthorisationRequest, 'card'>,
) {
  return {
    version: 1,
    operation,
    idempotencyKey,
    purpose,
    channel,
    amount: { amountMinor, currency },
    ...(reference !== undefined && { reference }),
    initialValues,
    timeoutSeconds,
    ...(challengeReturnUrl !== undefined && { challengeReturnUrl }),
  }
}

/** The card comes last, so that its digits are put between two pieces of JSON, as bytes. */
function authorisationBody(request: AuthorisationRequest): Buffer {
  const { pan, expiry, securityCode, brand } = request.card
  const rest = JSON.stringify(paymentOf('authorise', request))
  const date = expiry.unsafeBytes()
  return secretBody([
    rest.slice(0, -1),
    `,"card":{"brand":${JSON.stringify(brand)},"number":"`,
    pan.unsafeBytes(),
    '","expiryMonth":"',
    date.subarray(0, 2),
    '","expiryYear":"',
    date.subarray(2, 4),
    ...(securityCode ? ['","securityCode":"', securityCode.unsafeBytes()] : []),
    '"}}',
  ])
}

/** A customer is sent to their bank by TLS; without only where the endpoint itself is a sandbox's. */
function refusePlainHttp({ challenge }: GatewayChallenge, endpoint: URL): void {
  const url = URL.parse(challenge.url)
  if (url?.protocol === 'https:' || (url && endpoint.protocol === 'http:')) return
  throw new UnclearAnswer('its challenge is not at an https URL')
}
