import { type GatewayAnswer, NotSent } from '../../../model/gateway.ts'
import { type Json, objectIn, textIn } from '../../json-answer.ts'

/**
 * The decline that follows from an authentication; `undefined` where the payment may be asked for.
 *
 * @throws {NotSent} when its outcome is none that is known.
 */
export function notAuthenticated(answer: Json): GatewayAnswer | undefined {
  const status = textIn(answer, 'status')
  if (status === 'AUTHENTICATION_SUCCESSFUL') return undefined
  if (status !== 'AUTHENTICATION_FAILED') throw new NotSent('An authentication ended in an unknown state.')
  const gatewayCode = textIn(objectIn(answer, 'errorInformation'), 'reason') ?? status
  return { status: 'declined', reason: 'authentication-failed', gatewayCode }
}

/** What a payment is told of its authentication, under the same names. */
const handedOn = [
  ...['cavv', 'cavvAlgorithm', 'xid', 'eciRaw', 'paresStatus', 'veresEnrolled', 'ucafAuthenticationData'],
  ...['ucafCollectionIndicator', 'directoryServerTransactionId', 'effectiveAuthenticationType'],
]

/**
 * The payment by the card that was handed over, with what came of its authentication.
 *
 * @param jti of the card.
 */
export function authenticatedPayment(
  payment: Json,
  { jti, result }: { readonly jti: string; readonly result: Json | undefined },
) {
  const version = textIn(result, 'specificationVersion')
  const told = handedOn.flatMap((name) => {
    const value = textIn(result, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...payment,
    processingInformation: {
      ...objectIn(payment, 'processingInformation'),
      commerceIndicator: textIn(result, 'ecommerceIndicator') ?? 'internet',
    },
    consumerAuthenticationInformation: {
      ...Object.fromEntries(told),
      ...(version !== undefined && { paSpecificationVersion: version }),
    },
    tokenInformation: { jti },
  }
}
