import type { AuthorisationRequest, Gateway, GatewayAnswer } from '../../gateway.ts'
import { takesMoney } from '../../launch.ts'
import { customerOf } from '../customer-of.ts'
import { secretBody } from '../secret-body.ts'
import { amountDetails } from './cybersource-amounts.ts'
import { type CybersourceCalls, referenceOf, refuseOther } from './cybersource-calls.ts'
import { meaningOf } from './cybersource-reasons.ts'
import { readPayment } from './read-payment.ts'
import { releaseRejected } from './release-rejected.ts'

const path = '/pts/v2/payments'

/** CyberSource itself gives up on a processor after some 60 seconds. */
const patienceBeyondTheFlow = 60_000

/**
 * Pays in one request: an authorisation, captured at once or not. A card that is only kept is authorised for nothing, and
 * a token made of it. The customer's bank is asked nothing (3-D Secure): where it wants to, it declines.
 */
export function cybersourceAuthorise(calls: CybersourceCalls): Gateway['authorise'] {
  return async (request) => {
    const { idempotencyKey, purpose, timeoutSeconds, signal } = request
    const answer = await calls.post({
      ...{ path, idempotencyKey, signal },
      body: bodyOf(request, calls.tokenType),
      timeoutMilliseconds: timeoutSeconds * 1000 + patienceBeyondTheFlow,
    })
    if (answer.is === 'refused') return refusedFor(answer.reason)
    refuseOther(answer.object, idempotencyKey)
    const read = readPayment(answer.object, { purpose, tokenType: calls.tokenType })
    return read.status === 'held-though-rejected'
      ? releaseRejected(calls, read, { key: idempotencyKey, amount: request.order, signal })
      : read
  }
}

/** CyberSource looks at a card number before it asks anybody. */
function refusedFor(gatewayCode: string): GatewayAnswer {
  const meaning = meaningOf(gatewayCode, undefined)
  const isOfTheCard = ['invalid-card-number', 'card-not-supported', 'limit-exceeded'].includes(meaning)
  if (meaning === 'failed' || !isOfTheCard) return { status: 'error', gatewayCode }
  return { status: 'declined', reason: meaning, gatewayCode }
}

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

/** Read before anything is awaited. The card comes last, so that its digits are put between two pieces of JSON. */
function bodyOf(request: AuthorisationRequest, tokenType: string): Buffer {
  const { idempotencyKey, purpose, channel, order, card } = request
  const rest = JSON.stringify({
    clientReferenceInformation: {
      ...referenceOf(idempotencyKey),
      ...(order.reference !== undefined && { comments: order.reference.slice(0, 255) }),
    },
    processingInformation: {
      capture: purpose === 'charge',
      commerceIndicator: channel === 'moto' ? 'MOTO' : 'internet',
      ...(purpose === 'tokenise' && { actionList: ['TOKEN_CREATE'], actionTokenTypes: [tokenType] }),
    },
    orderInformation: {
      amountDetails: amountDetails(takesMoney(purpose) ? order : { ...order, amountMinor: 0 }),
      billTo: billTo(request),
    },
  })
  const type = cardTypes[card.brand]
  const date = card.expiry.unsafeBytes()
  return secretBody([
    rest.slice(0, -1),
    `,"paymentInformation":{"card":{${type === undefined ? '' : `"type":"${type}",`}"number":"`,
    card.pan.unsafeBytes(),
    ...['","expirationMonth":"', date.subarray(0, 2), '","expirationYear":"20', date.subarray(2, 4)],
    ...(card.securityCode ? ['","securityCode":"', card.securityCode.unsafeBytes()] : []),
    '"}}}',
  ])
}

function billTo({ initialValues }: AuthorisationRequest) {
  const { firstName, lastName, email, phone, street, city, postalCode, state, country } =
    customerOf(initialValues)
  const members = {
    ...{ firstName, lastName, email, country, postalCode },
    ...{ phoneNumber: phone, address1: street, locality: city, administrativeArea: state },
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
