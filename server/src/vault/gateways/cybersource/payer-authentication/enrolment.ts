import type { AuthorisationRequest, CustomerBrowser } from '../../../model/gateway.ts'
import { takesMoney } from '../../../model/launch.ts'
import type { Json } from '../../json-answer.ts'
import type { CybersourceSettings } from '../cybersource-settings.ts'
import type { PaymentRequest, paymentOf } from '../payment-request.ts'
import { authenticationKey } from './ask-before-payment.ts'

/** What a customer is authenticated for. */
export interface Enrolment {
  readonly payment: ReturnType<typeof paymentOf>
  /** Of the card that was handed over. */
  readonly jti: string
  /** Of the setup. */
  readonly referenceId: string
}

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

/** The enrolment check, which says whether the bank asks the customer. */
export function enrolmentOf(
  { idempotencyKey, purpose, browser, clientAddress, challengeReturnUrl }: AuthorisationRequest,
  { payment, jti, referenceId }: Enrolment,
) {
  const { amountDetails, billTo } = payment.orderInformation
  return {
    clientReferenceInformation: { code: authenticationKey(idempotencyKey) },
    orderInformation: { amountDetails, ...(isWhole(billTo) && { billTo }) },
    tokenInformation: { jti },
    deviceInformation: deviceOf(browser, clientAddress),
    consumerAuthenticationInformation: {
      referenceId,
      deviceChannel: 'BROWSER',
      transactionMode: 'S',
      returnUrl: challengeReturnUrl,
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

/** What is wanted of a browser where its data are not collected by a page of CyberSource's. */
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
