import { createHmac } from 'node:crypto'
import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'
import { fromAdyenAmount } from '../adyen-units.ts'
import { faultsOfRequest, operationOf } from './test-adyen-facts.ts'

export const adyenApiKey = 'AQEyhmfxK4rNbhZPw0m/n3Q5qf3VaY9UCJ14XWZE03G'
export const merchantAccount = 'HarbourBooksECOM'
export const hmacKey = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'

const asksTheBank = '4212345678901245'
export const isPending = '4000000000000077'
/** Its bank has 5.00 of whatever is asked for, and authorises that. */
export const hasAPart = '4000000000000259'
const declined: Readonly<Record<string, Refusal>> = {
  '4000000000000002': { refusalReason: 'Refused', refusalReasonCode: '2' },
  '4000000000009995': { refusalReason: 'Not enough balance', refusalReasonCode: '12' },
  '4000000000000069': { refusalReason: 'Expired Card', refusalReasonCode: '6' },
  '4000000000000127': { refusalReason: 'CVC Declined', refusalReasonCode: '24' },
}
const fails = '4000000000000119'

interface Refusal {
  readonly refusalReason: string
  readonly refusalReasonCode: string
}

interface Amount {
  readonly currency: string
  readonly value: number
}

interface PaymentRequest {
  readonly paymentMethod: { readonly number?: string; readonly storedPaymentMethodId?: string }
  readonly merchantAccount: string
  readonly reference: string
  readonly amount: Amount
  readonly shopperInteraction?: string
  readonly shopperReference?: string
  readonly recurringProcessingModel?: string
  readonly captureDelayHours?: number
  readonly additionalData?: { readonly manualCapture?: string; readonly allowPartialAuth?: string }
  readonly storePaymentMethod?: boolean
  readonly browserInfo?: object
}

/** What Adyen tells of a payment, before it is signed. */
export interface AdyenItem {
  readonly eventCode: string
  readonly success: 'true' | 'false'
  readonly pspReference: string
  readonly originalReference?: string
  readonly merchantReference: string
  readonly merchantAccountCode: string
  readonly amount: Amount
  readonly eventDate: string
  /** What is not signed. */
  readonly additionalData?: Readonly<Record<string, string>>
}

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
}: {
  /** Whether a key is looked at, and answered as before. */
  readonly keepsAnswers?: boolean
  readonly takesRawCards?: boolean
  /** Whether the token of a card that is kept comes with the answer. */
  readonly tellsTokens?: boolean
  /** `always`: whatever the request says, the bank authorises a part. */
  readonly partly?: 'where-asked' | 'always'
  readonly tls?: { readonly key: string; readonly cert: string }
} = {}) {
  const ledger = createTestLedger()
  const answered = new Map<string, DoubleAnswer>()
  const atTheBank = new Map<string, PaymentRequest>()
  const authorisedBy = new Map<string, { readonly pspReference: string; readonly amount: Amount }>()
  const pending: PaymentRequest[] = []
  const kept = new Map<string, string>()
  const notifications: AdyenItem[] = []
  let made = 0
  let asks = 0
  const newReference = () => {
    made += 1
    return `NC6HT9CRT${String(made).padStart(7, '0')}`
  }

  function answer(request: DoubleRequest): DoubleAnswer {
    if (request.headers['x-api-key'] !== adyenApiKey) return failure(401, '000', 'security')
    const key = request.headers['idempotency-key'] ?? ''
    if (key.length > 64) return failure(422, '702', 'validation')
    const isKept = keepsAnswers && key !== ''
    const before = isKept ? answered.get(`${request.path} ${key}`) : undefined
    if (before) return before
    const given = carryOut(request, JSON.parse(request.body.toString()), key)
    const keyed = isKept ? { ...given, headers: { 'idempotency-key': key } } : given
    if (given.status < 300) answered.set(`${request.path} ${key}`, keyed)
    return given.status === 401 || given.status === 403 ? given : keyed
  }

  function carryOut(request: DoubleRequest, body: PaymentRequest, key: string): DoubleAnswer {
    const [, version, collection, reference = '', what = ''] = request.path.split('/')
    if (version !== 'v71') return failure(404, '404', 'validation')
    const operation = operationOf(request.path.slice('/v71'.length))
    if (!operation || request.method !== 'POST') return failure(404, '404', 'validation')
    const [fault] = faultsOfRequest(operation, body)
    if (fault !== undefined) return failure(400, '702', 'validation', fault)
    if (reference === 'details') return details(body as never)
    if (body.merchantAccount !== merchantAccount) return failure(403, '901', 'security')
    if (collection === 'paymentMethods')
      return { status: 200, body: { paymentMethods: [{ type: 'scheme' }] } }
    if (collection === 'cancels') return cancelByReference(body as never, key)
    return reference === '' ? pay(body) : modify(body, { key, reference, what })
  }

  function pay(request: PaymentRequest): DoubleAnswer {
    const { number, storedPaymentMethodId } = request.paymentMethod
    if (storedPaymentMethodId !== undefined) return payKept(request, storedPaymentMethodId)
    if (number === undefined) return failure(422, '14_002', 'validation')
    if (!takesRawCards) return failure(403, '010', 'security', 'Not allowed')
    if (!isCardNumber(number)) return failure(422, '101', 'validation', 'Invalid card number')
    if (request.amount.value < 0) return failure(422, '100', 'validation')
    if (request.storePaymentMethod && !(request.shopperReference && request.recurringProcessingModel))
      return failure(422, '130', 'validation')
    if (number in declined) return refused(request, declined[number])
    if (number === fails) {
      return paid(request, 'Error', { refusalReason: 'Acquirer Error', refusalReasonCode: '4' })
    }
    if (number === isPending) {
      pending.push(request)
      return paid(request, 'Pending', {})
    }
    if (number === hasAPart && request.amount.value > 500) return partOf(request)
    if (number !== asksTheBank || request.shopperInteraction === 'Moto') return authorised(request)
    if (!request.browserInfo)
      return refused(request, { refusalReason: '3D Not Authenticated', refusalReasonCode: '11' })
    asks += 1
    atTheBank.set(`redirect-${asks}`, request)
    return {
      status: 200,
      body: {
        resultCode: 'RedirectShopper',
        merchantReference: request.reference,
        action: {
          type: 'redirect',
          paymentMethodType: 'scheme',
          method: 'GET',
          url: `${double.url}/threeDS2.shtml?redirectData=abc`,
        },
      },
    }
  }

  function payKept(request: PaymentRequest, id: string): DoubleAnswer {
    const isWhole = request.recurringProcessingModel && request.shopperInteraction && request.shopperReference
    if (!isWhole) return failure(422, '130', 'validation')
    if (kept.get(id) !== request.shopperReference) return failure(422, '803', 'validation')
    return authorised(request)
  }

  function partOf(request: PaymentRequest): DoubleAnswer {
    const isAllowed = partly === 'always' || request.additionalData?.allowPartialAuth === 'true'
    if (!isAllowed) return refused(request, { refusalReason: 'Not enough balance', refusalReasonCode: '12' })
    const { currency } = request.amount
    return authorised(request, { amount: { currency, value: 500 }, resultCode: 'PartiallyAuthorised' })
  }

  function details({
    details: given,
  }: {
    readonly details: { readonly redirectResult?: string }
  }): DoubleAnswer {
    const [reference = '', decision] = (given.redirectResult ?? '').split('!')
    const request = atTheBank.get(reference)
    if (!request) return failure(422, '15_016', 'validation')
    atTheBank.delete(reference)
    return decision === 'confirms'
      ? authorised(request)
      : refused(request, { refusalReason: '3D Not Authenticated', refusalReasonCode: '11' })
  }

  function authorised(
    request: PaymentRequest,
    { amount = request.amount, resultCode = 'Authorised' } = {},
  ): DoubleAnswer {
    const pspReference = newReference()
    const { reference } = request
    authorisedBy.set(reference, { pspReference, amount })
    if (amount.value > 0) {
      const captured = request.additionalData?.manualCapture !== 'true'
      ledger.authorise({ key: reference, reference: pspReference, amount: fromAdyenAmount(amount), captured })
    }
    tell('AUTHORISATION', { pspReference, merchantReference: reference, amount })
    const more = {
      ...{ authCode: '062286', cvcResult: '1 Matches', avsResult: '7 Both match' },
      ...(resultCode !== 'Authorised' && {
        authorisedAmountValue: String(amount.value),
        authorisedAmountCurrency: amount.currency,
      }),
      ...(request.storePaymentMethod && keep(request)),
    }
    return paid(request, resultCode, {
      ...{ pspReference, amount, additionalData: more },
      paymentMethod: { type: 'scheme', brand: 'visa' },
    })
  }

  function keep({ shopperReference = '' }: PaymentRequest) {
    const id = `M5N7TQ4TG5P${made}`
    kept.set(id, shopperReference)
    return (
      tellsTokens && {
        'tokenization.storedPaymentMethodId': id,
        'tokenization.shopperReference': shopperReference,
      }
    )
  }

  function refused(request: PaymentRequest, reason: Refusal | undefined): DoubleAnswer {
    const pspReference = newReference()
    const { reference, amount } = request
    tell('AUTHORISATION', { pspReference, merchantReference: reference, amount, success: 'false' })
    return paid(request, 'Refused', { ...reason, pspReference })
  }

  const paid = ({ reference }: PaymentRequest, resultCode: string, more: object): DoubleAnswer => ({
    status: 200,
    body: { pspReference: newReference(), merchantReference: reference, resultCode, ...more },
  })

  function modify(
    { amount, reference: ours }: PaymentRequest,
    { key, reference, what }: { readonly key: string; readonly reference: string; readonly what: string },
  ): DoubleAnswer {
    const found = [...authorisedBy].find(([, { pspReference }]) => pspReference === reference)
    if (!found) return failure(422, '167', 'validation')
    const [paymentKey, payment] = found
    const sum = amount ? fromAdyenAmount(amount).amountMinor : 0
    const whole = ledger.moved()[paymentKey]
    const [eventCode = '', act] = modifications[what]?.({ key, reference, sum, whole }) ?? []
    const pspReference = newReference()
    tell(eventCode, {
      ...{ pspReference, originalReference: reference, merchantReference: ours },
      ...{ amount: amount ?? payment.amount, success: act === 'done' ? 'true' : 'false' },
    })
    return {
      status: 201,
      body: {
        ...{ status: 'received', merchantAccount, pspReference, reference: ours },
        ...{ paymentPspReference: reference, ...(amount && { amount }) },
      },
    }
  }

  type Modify = (order: {
    readonly key: string
    readonly reference: string
    readonly sum: number
    readonly whole: { readonly held: number; readonly taken: number } | undefined
  }) => readonly [eventCode: string, done: string]

  const modifications: Readonly<Record<string, Modify>> = {
    captures: ({ key, reference, sum }) => ['CAPTURE', ledger.capture({ key, reference, amountMinor: sum })],
    cancels: ({ key, reference }) => ['CANCELLATION', ledger.void({ key, reference })],
    refunds: ({ key, reference, sum }) => ['REFUND', ledger.refund({ key, reference, amountMinor: sum })],
    reversals: ({ key, reference, whole }) => [
      'CANCEL_OR_REFUND',
      whole && whole.held > 0
        ? ledger.void({ key, reference })
        : ledger.refund({ key, reference, amountMinor: whole?.taken ?? 0 }),
    ],
  }

  function cancelByReference(
    { paymentReference, reference: ours }: { readonly paymentReference: string; readonly reference: string },
    key: string,
  ): DoubleAnswer {
    const { pspReference: originalReference = '', amount = { currency: 'EUR', value: 0 } } =
      authorisedBy.get(paymentReference) ?? {}
    const success = ledger.void({ key, reference: originalReference }) === 'done' ? 'true' : 'false'
    const pspReference = newReference()
    const merchantReference = ours
    tell('TECHNICAL_CANCEL', { pspReference, originalReference, merchantReference, amount, success })
    return {
      status: 201,
      body: {
        ...{ status: 'received', merchantAccount, pspReference, paymentReference },
        reference: ours,
      },
    }
  }

  function tell(
    eventCode: string,
    {
      success = 'true',
      originalReference,
      ...more
    }: Pick<AdyenItem, 'pspReference' | 'merchantReference' | 'amount'> & {
      readonly success?: 'true' | 'false'
      readonly originalReference?: string
    },
  ): void {
    notifications.push({
      ...{ eventCode, success, ...more, ...(originalReference && { originalReference }) },
      ...{ merchantAccountCode: merchantAccount, eventDate: '2026-11-29T04:00:00+01:00' },
    })
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return {
    ...double,
    ledger,
    /** What Adyen would tell afterwards, in its order. */
    notifications: notifications as readonly AdyenItem[],
    /** What was `Pending` is authorised, or refused: only a notification tells so. */
    decide(verdict: 'approved' | 'declined'): void {
      for (const request of pending.splice(0)) {
        if (verdict === 'approved') authorised(request)
        else refused(request, declined['4000000000000002'])
      }
    },
  }
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

/** By its check digit. */
function isCardNumber(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return /^\d{12,19}$/.test(number) && sum % 10 === 0
}

const failure = (
  status: number,
  errorCode: string,
  errorType: string,
  message = 'A message.',
): DoubleAnswer => ({
  status,
  body: { status, errorCode, errorType, message },
})
