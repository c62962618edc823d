import type { DoubleAnswer } from '../../test-double.ts'
import { createTestLedger } from '../../test-ledger.ts'

export const merchantAccount = 'HarbourBooksECOM'

export interface Amount {
  readonly currency: string
  readonly value: number
}

export interface PaymentRequest {
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

export interface AdyenManners {
  /** Whether a key is looked at, and answered as before. */
  readonly keepsAnswers: boolean
  readonly takesRawCards: boolean
  /** Whether the token of a card that is kept comes with the answer. */
  readonly tellsTokens: boolean
  /** `always`: whatever the request says, the bank authorises a part. */
  readonly partly: 'where-asked' | 'always'
}

/** What the double knows. */
export type AdyenState = ReturnType<typeof createAdyenState>

export const createAdyenState = (manners: AdyenManners) => ({
  ...manners,
  ledger: createTestLedger(),
  atTheBank: new Map<string, PaymentRequest>(),
  authorisedBy: new Map<string, { readonly pspReference: string; readonly amount: Amount }>(),
  pending: [] as PaymentRequest[],
  kept: new Map<string, string>(),
  notifications: [] as AdyenItem[],
  made: 0,
  asks: 0,
  url: '',
})

export function newReference(state: AdyenState): string {
  state.made += 1
  return `NC6HT9CRT${String(state.made).padStart(7, '0')}`
}

export function tell(
  { notifications }: AdyenState,
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
    eventCode,
    success,
    ...more,
    ...(originalReference && { originalReference }),
    merchantAccountCode: merchantAccount,
    eventDate: '2026-11-29T04:00:00+01:00',
  })
}

export const failure = (
  status: number,
  errorCode: string,
  errorType: string,
  message = 'A message.',
): DoubleAnswer => ({
  status,
  body: { status, errorCode, errorType, message },
})
