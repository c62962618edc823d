import {
  type AuthorisationRequest,
  type CustomerBrowser,
  type GatewayAnswer,
  type GatewayChallenge,
  NotSent,
} from '../../gateway.ts'
import { takesMoney } from '../../launch.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { askForPayment } from './ask-for-payment.ts'
import type { Challenges } from './challenges.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'
import type { CybersourceSettings } from './cybersource-settings.ts'
import { bodyOf, type PaymentRequest, type paymentOf } from './payment-request.ts'
import { handOverCard } from './transient-card.ts'

type Payment = ReturnType<typeof paymentOf>

/** What the steps before a payment are found by; the payment alone bears its key. */
export const authenticationKey = (key: string): string => `${key}-3ds`

/**
 * Whether the customer can be authenticated: on the payment page, by a browser of which all is known that the bank's rules
 * want to know.
 */
export const canAuthenticate = (
  { channel, challengeReturnUrl, browser, clientAddress }: PaymentRequest,
  { threeDSecure }: CybersourceSettings,
): boolean =>
  threeDSecure === 'payer-authentication' &&
  channel === 'ecommerce' &&
  challengeReturnUrl !== undefined &&
  deviceOf(browser, clientAddress) !== undefined

/**
 * Has the customer authenticated before the payment is asked for (Payer Authentication: setup, enrolment), and goes on where
 * the bank asks nothing. No money moves before; whatever goes wrong until then is a failure for certain.
 *
 * @param card as JSON; overwritten.
 * @throws {NotSent} @throws {UnclearAnswer} as `askForPayment` does.
 */
export async function payAuthenticated(
  calls: CybersourceCalls,
  request: AuthorisationRequest,
  {
    payment,
    card,
    challenges,
  }: { readonly payment: Payment; readonly card: Buffer; readonly challenges: Challenges },
): Promise<GatewayAnswer | GatewayChallenge> {
  const { idempotencyKey, purpose, order, timeoutSeconds, signal } = request
  const jti = await handOverCard(calls, card, signal)
  const referenceId = await setUp(calls, { key: idempotencyKey, jti, signal })
  const enrolled = await askBeforePayment(calls, {
    ...{ path: '/risk/v1/authentications', signal },
    body: enrolmentOf(request, { payment, jti, referenceId }),
  })
  const result = objectIn(enrolled, 'consumerAuthenticationInformation')
  if (textIn(enrolled, 'status') === 'PENDING_AUTHENTICATION') {
    const url = textIn(result, 'stepUpUrl')
    const token = textIn(result, 'accessToken')
    const transactionId = textIn(result, 'authenticationTransactionId')
    if (!url || !token || !transactionId)
      throw new NotSent('The customer’s bank asks, and it is not said how.')
    const { amountMinor, currency } = order
    const atBank = { transactionId, card: jti, payment, purpose, order: { amountMinor, currency } }
    const sealed = challenges.put(idempotencyKey, atBank)
    return { status: 'challenge', challenge: { url, fields: { JWT: token, MD: sealed } } }
  }
  const failed = notAuthenticated(enrolled)
  if (failed) return failed
  const body = bodyOf(authenticatedPayment(payment, { jti, result }))
  return askForPayment(calls, request, { body, timeoutSeconds })
}

/**
 * Asks for something that moves no money, on the way to a payment.
 *
 * @throws {NotSent} whatever goes wrong: the payment has not been asked for.
 */
export async function askBeforePayment(
  calls: CybersourceCalls,
  { path, body, signal }: { readonly path: string; readonly body: object; readonly signal: AbortSignal },
): Promise<Json> {
  const answer = await calls.post({ path, body: bodyOf(body), signal }).catch((error) => {
    const detail = error instanceof UnclearAnswer ? 'an unclear answer' : 'no answer'
    throw new NotSent(`A customer cannot be authenticated: ${path}: ${detail}.`, { cause: error })
  })
  if (answer.is === 'made') return answer.object
  throw new NotSent(`A customer cannot be authenticated: ${path} refuses: ${answer.reason}.`)
}

async function setUp(
  calls: CybersourceCalls,
  { key, jti, signal }: { readonly key: string; readonly jti: string; readonly signal: AbortSignal },
): Promise<string> {
  const answer = await askBeforePayment(calls, {
    ...{ path: '/risk/v1/authentication-setups', signal },
    body: {
      clientReferenceInformation: { code: authenticationKey(key) },
      tokenInformation: { jti },
    },
  })
  const referenceId = textIn(objectIn(answer, 'consumerAuthenticationInformation'), 'referenceId')
  if (textIn(answer, 'status') !== 'COMPLETED' || referenceId === undefined) {
    throw new NotSent('A customer cannot be authenticated: it was not set up.')
  }
  return referenceId
}

function enrolmentOf(
  { idempotencyKey, purpose, browser, clientAddress, challengeReturnUrl }: AuthorisationRequest,
  {
    payment,
    jti,
    referenceId,
  }: { readonly payment: Payment; readonly jti: string; readonly referenceId: string },
) {
  const { amountDetails, billTo } = payment.orderInformation
  return {
    clientReferenceInformation: { code: authenticationKey(idempotencyKey) },
    orderInformation: { amountDetails, ...(isWhole(billTo) && { billTo }) },
    tokenInformation: { jti },
    deviceInformation: deviceOf(browser, clientAddress),
    consumerAuthenticationInformation: {
      ...{ referenceId, deviceChannel: 'BROWSER', transactionMode: 'S', returnUrl: challengeReturnUrl },
      // A card that is only kept or looked at is not paid with.
      ...(takesMoney(purpose) ? { messageCategory: '01' } : { messageCategory: '02', npaCode: '01' }),
    },
  }
}

/** Payer Authentication takes an address that is whole, or none. */
const isWhole = (billTo: Json): boolean =>
  ['firstName', 'lastName', 'email', 'address1', 'postalCode', 'administrativeArea', 'country'].every(
    (name) => billTo[name] !== undefined,
  )

/** The eleven values of a browser that are wanted where its data are not collected by a page of CyberSource's. */
function deviceOf(browser: CustomerBrowser | undefined, ipAddress: string | undefined) {
  const device = {
    ipAddress,
    httpAcceptContent: browser?.acceptHeader,
    httpBrowserLanguage: browser?.language,
    httpBrowserJavaEnabled: browser?.javaEnabled,
    httpBrowserJavaScriptEnabled: browser?.javaScriptEnabled,
    httpBrowserColorDepth: browser?.colorDepth?.toString(),
    httpBrowserScreenHeight: browser?.screenHeight?.toString(),
    httpBrowserScreenWidth: browser?.screenWidth?.toString(),
    httpBrowserTimeDifference: browser?.timeZoneOffset?.toString(),
    userAgentBrowserValue: browser?.userAgent,
  }
  return Object.values(device).includes(undefined) ? undefined : device
}

/**
 * The decline that follows from an authentication; `undefined` where the payment may be asked for.
 *
 * @throws {NotSent} when its outcome is none that is known.
 */
export function notAuthenticated(answer: Json): GatewayAnswer | undefined {
  const status = textIn(answer, 'status')
  if (status === 'AUTHENTICATION_SUCCESSFUL') return undefined
  if (status !== 'AUTHENTICATION_FAILED') throw new NotSent('An authentication came to an unknown end.')
  const gatewayCode = textIn(objectIn(answer, 'errorInformation'), 'reason') ?? status
  return { status: 'declined', reason: 'authentication-failed', gatewayCode }
}

/** What a payment is told of its authentication, under the same names. */
const handedOn = [
  ...['cavv', 'cavvAlgorithm', 'xid', 'eciRaw', 'paresStatus', 'veresEnrolled', 'ucafAuthenticationData'],
  ...['ucafCollectionIndicator', 'directoryServerTransactionId', 'effectiveAuthenticationType'],
]

/** The payment by the card that was handed over, with what came of its authentication. */
export function authenticatedPayment(
  payment: Json,
  { jti, result }: { readonly jti: string; readonly result: Json | undefined },
) {
  const processing = objectIn(payment, 'processingInformation')
  const version = textIn(result, 'specificationVersion')
  const told = handedOn.flatMap((name) => {
    const value = textIn(result, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...payment,
    processingInformation: {
      ...processing,
      commerceIndicator: textIn(result, 'ecommerceIndicator') ?? 'internet',
    },
    consumerAuthenticationInformation: {
      ...Object.fromEntries(told),
      ...(version !== undefined && { paSpecificationVersion: version }),
    },
    tokenInformation: { jti },
  }
}
