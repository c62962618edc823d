import type { AuthorisationRequest, GatewayCard, KeptCardRequest } from '../../model/gateway.ts'
import { takesMoney } from '../../model/launch.ts'
import { customerOf } from '../customer-of.ts'
import type { Json } from '../json-answer.ts'
import { secretBody } from '../secret-body.ts'
import { amountDetails } from './cybersource-amounts.ts'
import { referenceOf } from './cybersource-calls.ts'
import { type CybersourceSettings, defaultSettings } from './cybersource-settings.ts'

/** A payment but for what it is paid with. */
export type PaymentRequest = Omit<AuthorisationRequest, 'card'>

/** As CyberSource numbers the brands that `credit-card-type` names. */
const cardTypes: Readonly<Record<string, string>> = {
  visa: '001',
  mastercard: '002',
  'american-express': '003',
  discover: '004',
  'diners-club': '005',
  jcb: '007',
  maestro: '042',
  unionpay: '062',
}

/**
 * What is asked for, but for what it is paid with. A part of the sum is no payment: it is forbidden to approve one. Where
 * nothing is to be paid, nothing is captured.
 */
export function paymentOf(request: PaymentRequest, { statementDescriptor }: CybersourceSettings) {
  const { idempotencyKey, purpose, order, initialValues } = request
  const reference = order.reference?.slice(0, 255)
  return {
    clientReferenceInformation: {
      ...referenceOf(idempotencyKey),
      ...(reference !== undefined && { comments: reference }),
    },
    processingInformation: {
      capture: isTaken(request),
      commerceIndicator: request.channel === 'moto' ? 'MOTO' : 'internet',
      authorizationOptions: { partialAuthIndicator: false },
    },
    orderInformation: {
      amountDetails: amountDetails(takesMoney(purpose) ? order : { ...order, amountMinor: 0 }),
      billTo: billTo(initialValues),
    },
    ...(statementDescriptor !== undefined && {
      merchantInformation: { merchantDescriptor: { name: statementDescriptor } },
    }),
  }
}

/** Whether the money is to be taken at once. */
export const isTaken = ({ purpose, order }: Pick<PaymentRequest, 'purpose' | 'order'>): boolean =>
  purpose === 'charge' && order.amountMinor > 0

/** A payment by a card that was typed, which is kept where that is what it is for. */
export function typedPaymentOf(request: PaymentRequest, settings: CybersourceSettings) {
  const payment = paymentOf(request, settings)
  if (request.purpose !== 'tokenise') return payment
  const { tokenType } = { ...defaultSettings, ...settings }
  return {
    ...payment,
    processingInformation: {
      ...payment.processingInformation,
      actionList: ['TOKEN_CREATE'],
      actionTokenTypes: [tokenType],
      authorizationOptions: {
        ...payment.processingInformation.authorizationOptions,
        initiator: { type: 'customer', credentialStoredOnFile: true },
      },
    },
  }
}

/** A payment by a card that is kept: asked for by the customer, or by the merchant alone. */
export function keptPaymentOf(request: KeptCardRequest, settings: CybersourceSettings) {
  const { tokenType, agreement } = { ...defaultSettings, ...settings }
  const payment = paymentOf(request, settings)
  const isAlone = request.initiator === 'merchant'
  const { commerceIndicator } = payment.processingInformation
  return {
    ...payment,
    processingInformation: {
      ...payment.processingInformation,
      commerceIndicator: isAlone ? aloneIndicators[agreement] : commerceIndicator,
      authorizationOptions: {
        ...payment.processingInformation.authorizationOptions,
        initiator: { type: request.initiator, storedCredentialUsed: true },
      },
    },
    paymentInformation: { [tokenType]: { id: request.token } },
  }
}

const aloneIndicators = { unscheduled: 'internet', recurring: 'recurring' } as const

/** The card as JSON, in bytes. Read before anything is awaited. */
export function cardBytes({ brand, pan, expiry, securityCode }: GatewayCard): Buffer {
  const type = cardTypes[brand]
  const date = expiry.unsafeBytes()
  return secretBody([
    `{${type === undefined ? '' : `"type":"${type}",`}"number":"`,
    pan.unsafeBytes(),
    ...['","expirationMonth":"', date.subarray(0, 2), '","expirationYear":"20', date.subarray(2, 4)],
    ...(securityCode ? ['","securityCode":"', securityCode.unsafeBytes()] : []),
    '"}',
  ])
}

/** The payment with its card, whose bytes are overwritten: they stand in the body alone. */
export function bodyWithCard(payment: object, card: Buffer): Buffer {
  const body = secretBody([
    `${JSON.stringify(payment).slice(0, -1)},"paymentInformation":{"card":`,
    card,
    '}}',
  ])
  card.fill(0)
  return body
}

export const bodyOf = (json: object): Buffer => Buffer.from(JSON.stringify(json))

function billTo(initialValues: PaymentRequest['initialValues']): Json {
  const { firstName, lastName, email, phone, street, city, postalCode, state, country } =
    customerOf(initialValues)
  const members = {
    firstName,
    lastName,
    email,
    country,
    postalCode,
    phoneNumber: phone,
    address1: street,
    locality: city,
    administrativeArea: state,
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
