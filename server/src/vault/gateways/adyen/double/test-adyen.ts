import { createHmac } from 'node:crypto'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { faultsOfRequest, operationOf } from './test-adyen-facts.ts'
import { cancelByReference, modify } from './test-adyen-modifications.ts'
import { declined, details, pay } from './test-adyen-payments.ts'
import {
  type AdyenItem,
  type AdyenManners,
  type AdyenState,
  createAdyenState,
  failure,
  merchantAccount,
  type PaymentRequest,
} from './test-adyen-state.ts'
import { authorised, refused } from './test-adyen-verdicts.ts'

export { hasAPart, isPending } from './test-adyen-payments.ts'
export { type AdyenItem, merchantAccount } from './test-adyen-state.ts'

export const adyenApiKey = 'AQEyhmfxK4rNbhZPw0m/n3Q5qf3VaY9UCJ14XWZE03G'
export const hmacKey = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'

export type AdyenDouble = Awaited<ReturnType<typeof startAdyenDouble>>

/**
 * A double of the part of Adyen's Checkout API that is used, after its public OpenAPI description and its documents of
 * idempotency, result codes and modifications. What the description does not know it refuses. Its cards are its own.
 */
export async function startAdyenDouble({
  keepsAnswers = true,
  takesRawCards = true,
  tellsTokens = true,
  partly = 'where-asked',
  tls,
}: Partial<AdyenManners> & { readonly tls?: { readonly key: string; readonly cert: string } } = {}) {
  const state = createAdyenState({ keepsAnswers, takesRawCards, tellsTokens, partly })
  const answered = new Map<string, DoubleAnswer>()

  function answer(request: DoubleRequest): DoubleAnswer {
    if (request.headers['x-api-key'] !== adyenApiKey) return failure(401, '000', 'security')
    const key = request.headers['idempotency-key'] ?? ''
    if (key.length > 64) return failure(422, '702', 'validation')
    const isKept = keepsAnswers && key !== ''
    const before = isKept ? answered.get(`${request.path} ${key}`) : undefined
    if (before) return before
    const given = carryOut(state, request, JSON.parse(request.body.toString()), key)
    const keyed = isKept ? { ...given, headers: { 'idempotency-key': key } } : given
    if (given.status < 300) answered.set(`${request.path} ${key}`, keyed)
    return given.status === 401 || given.status === 403 ? given : keyed
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  state.url = double.url
  return {
    ...double,
    ledger: state.ledger,
    /** What Adyen would tell afterwards, in its order. */
    notifications: state.notifications as readonly AdyenItem[],
    /** What was `Pending` is authorised, or refused: only a notification tells so. */
    decide(verdict: 'approved' | 'declined'): void {
      for (const request of state.pending.splice(0)) {
        if (verdict === 'approved') authorised(state, request)
        else refused(state, request, declined['4000000000000002'])
      }
    },
  }
}

function carryOut(
  state: AdyenState,
  request: DoubleRequest,
  body: PaymentRequest,
  key: string,
): DoubleAnswer {
  const [, version, collection, reference = '', what = ''] = request.path.split('/')
  if (version !== 'v71') return failure(404, '404', 'validation')
  const operation = operationOf(request.path.slice('/v71'.length))
  if (!operation || request.method !== 'POST') return failure(404, '404', 'validation')
  const [fault] = faultsOfRequest(operation, body)
  if (fault !== undefined) return failure(400, '702', 'validation', fault)
  if (reference === 'details') return details(state, body as never)
  if (body.merchantAccount !== merchantAccount) return failure(403, '901', 'security')
  if (collection === 'paymentMethods') return { status: 200, body: { paymentMethods: [{ type: 'scheme' }] } }
  if (collection === 'cancels') return cancelByReference(state, body as never, key)
  return reference === '' ? pay(state, body) : modify(state, body, { key, reference, what })
}

/** A notification as Adyen sends it. */
export function signedNotification(
  items: readonly AdyenItem[],
  { key = hmacKey, live = 'false' }: { readonly key?: string; readonly live?: string } = {},
): Buffer {
  const notificationItems = items.map((item) => {
    const { pspReference, originalReference, merchantAccountCode, merchantReference } = item
    const { amount, eventCode, success } = item
    const signed = `${pspReference}:${originalReference ?? ''}:${merchantAccountCode}:${merchantReference}:${amount.value}:${amount.currency}:${eventCode}:${success}`
    const hmacSignature = createHmac('sha256', Buffer.from(key, 'hex')).update(signed).digest('base64')
    return { NotificationRequestItem: { ...item, additionalData: { ...item.additionalData, hmacSignature } } }
  })
  return Buffer.from(JSON.stringify({ live, notificationItems }))
}
