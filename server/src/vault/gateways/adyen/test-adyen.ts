import { type DoubleAnswer, type DoubleRequest, startGatewayDouble } from '../test-double.ts'
import { createTestLedger } from '../test-ledger.ts'
import { fromAdyenAmount } from './adyen-units.ts'

export const adyenApiKey = 'AQEyhmfxK4rNbhZPw0m/n3Q5qf3VaY9UCJ14XWZE03G'
export const merchantAccount = 'HarbourBooksECOM'

const asksTheBank = '4212345678901245'
const isPending = '4000000000000077'
const declined: Readonly<
  Record<string, { readonly refusalReason: string; readonly refusalReasonCode: string }>
> = {
  '4000000000000002': { refusalReason: 'Refused', refusalReasonCode: '2' },
  '4000000000009995': { refusalReason: 'Not enough balance', refusalReasonCode: '12' },
  '4000000000000069': { refusalReason: 'Expired Card', refusalReasonCode: '6' },
  '4000000000000127': { refusalReason: 'CVC Declined', refusalReasonCode: '24' },
}
const fails = '4000000000000119'

interface PaymentRequest {
  readonly paymentMethod: { readonly number?: string }
  readonly merchantAccount: string
  readonly reference: string
  readonly amount: { readonly currency: string; readonly value: number }
  readonly shopperInteraction?: string
  readonly captureDelayHours?: number
  readonly additionalData?: { readonly manualCapture?: string }
  readonly storePaymentMethod?: boolean
  readonly returnUrl?: string
  readonly browserInfo?: object
}

export type AdyenDouble = Awaited<ReturnType<typeof startAdyenDouble>>

/**
 * A double of the part of Adyen's Checkout API that is used, after its public OpenAPI description and its documents of
 * idempotency, result codes and modifications. Its cards are its own.
 */
export async function startAdyenDouble({
  keepsAnswers = true,
  tls,
}: {
  /** Whether a key is answered as before. */
  readonly keepsAnswers?: boolean
  readonly tls?: { readonly key: string; readonly cert: string }
} = {}) {
  const ledger = createTestLedger()
  const answered = new Map<string, DoubleAnswer>()
  const atTheBank = new Map<string, PaymentRequest>()
  const byReference = new Map<string, string>()
  const notifications: { readonly eventCode: string; readonly success: boolean }[] = []
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
    const before = keepsAnswers ? answered.get(`${request.path} ${key}`) : undefined
    if (before) return before
    const given = carryOut(request, JSON.parse(request.body.toString()), key)
    if (given.status < 300) answered.set(`${request.path} ${key}`, given)
    return given
  }

  function carryOut(request: DoubleRequest, body: PaymentRequest, key: string): DoubleAnswer {
    const [, version, collection, reference = '', what = ''] = request.path.split('/')
    if (version !== 'v71') return failure(404, '404', 'validation')
    if (collection === 'payments' && reference === 'details') return details(body as never)
    if (body.merchantAccount !== merchantAccount) return failure(403, '901', 'security')
    if (collection === 'cancels') return cancelByReference(body as never, key)
    if (collection !== 'payments') return failure(404, '404', 'validation')
    return reference === '' ? pay(body) : modify(body, { key, reference, what })
  }

  function pay(request: PaymentRequest): DoubleAnswer {
    const { number } = request.paymentMethod
    if (number === undefined) return failure(422, '14_002', 'validation')
    if (!request.returnUrl) return failure(422, '15_004', 'validation')
    const { value, currency } = request.amount
    if (!Number.isInteger(value) || value < 0 || !/^[A-Z]{3}$/.test(currency)) {
      return failure(422, '100', 'validation')
    }
    if (number in declined) return refused(request, declined[number])
    if (number === fails) {
      return paid(request, 'Error', { refusalReason: 'Acquirer Error', refusalReasonCode: '4' })
    }
    if (number === isPending) return paid(request, 'Pending', {})
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
        paymentMethod: { type: 'scheme', brand: 'visa' },
        action: {
          type: 'redirect',
          paymentMethodType: 'scheme',
          method: 'GET',
          url: `${double.url}/threeDS2.shtml?redirectData=abc`,
        },
      },
    }
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

  function authorised(request: PaymentRequest): DoubleAnswer {
    const pspReference = newReference()
    const { reference, amount } = request
    byReference.set(reference, pspReference)
    if (amount.value > 0) {
      const captured = request.additionalData?.manualCapture !== 'true'
      ledger.authorise({ key: reference, reference: pspReference, amount: fromAdyenAmount(amount), captured })
    }
    const stored = request.storePaymentMethod && {
      'tokenization.storedPaymentMethodId': `M5N7TQ4TG5P${made}`,
      'tokenization.shopperReference': reference,
    }
    const more = { authCode: '062286', cvcResult: '1 Matches', avsResult: '7 Both match', ...stored }
    return paid(request, 'Authorised', { pspReference, amount, additionalData: more })
  }

  const refused = (request: PaymentRequest, reason: (typeof declined)[string] | undefined) =>
    paid(request, 'Refused', { ...reason })

  const paid = ({ reference }: PaymentRequest, resultCode: string, more: object): DoubleAnswer => ({
    status: 200,
    body: {
      pspReference: newReference(),
      merchantReference: reference,
      resultCode,
      paymentMethod: { type: 'scheme', brand: 'visa' },
      ...more,
    },
  })

  function modify(
    { amount, reference: ours }: PaymentRequest,
    { key, reference, what }: { readonly key: string; readonly reference: string; readonly what: string },
  ): DoubleAnswer {
    const sum = amount ? fromAdyenAmount(amount).amountMinor : 0
    const whole = Object.values(ledger.moved()).find(({ held, taken }) => held + taken > 0)
    const act = {
      captures: () => ledger.capture({ key, reference, amountMinor: sum }),
      cancels: () => ledger.void({ key, reference }),
      refunds: () => ledger.refund({ key, reference, amountMinor: sum }),
      reversals: () =>
        whole && whole.held > 0
          ? ledger.void({ key, reference })
          : ledger.refund({ key, reference, amountMinor: whole?.taken ?? 0 }),
    }[what]
    if (!act) return failure(404, '404', 'validation')
    if (![...byReference.values()].includes(reference)) return failure(422, '167', 'validation')
    notifications.push({ eventCode: what, success: act() === 'done' })
    return {
      status: 201,
      body: {
        status: 'received',
        pspReference: newReference(),
        paymentPspReference: reference,
        reference: ours,
      },
    }
  }

  function cancelByReference(
    { paymentReference }: { readonly paymentReference: string },
    key: string,
  ): DoubleAnswer {
    const reference = byReference.get(paymentReference) ?? ''
    const success = ledger.void({ key, reference }) === 'done'
    notifications.push({ eventCode: 'technical-cancel', success })
    return { status: 201, body: { status: 'received', pspReference: newReference(), paymentReference } }
  }

  const double = await startGatewayDouble({ answer, ...(tls && { tls }) })
  return {
    ...double,
    ledger,
    /** What Adyen would tell afterwards. */
    notifications: notifications as readonly (typeof notifications)[number][],
  }
}

const failure = (status: number, errorCode: string, errorType: string): DoubleAnswer => ({
  status,
  body: { status, errorCode, errorType, message: 'A message.' },
})
