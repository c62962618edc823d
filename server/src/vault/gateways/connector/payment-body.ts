import type { AuthorisationRequest } from '../../model/gateway.ts'
import { secretBody } from '../secret-body.ts'
import type { ConnectorOperation } from './connector-request.ts'

/** What every payment says, whatever card it is by. */
export function paymentOf(
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
export function authorisationBody(request: AuthorisationRequest): Buffer {
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
