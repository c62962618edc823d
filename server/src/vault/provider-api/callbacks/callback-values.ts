import type { SessionResult } from '@tonegate/protocol/outcome'
import { transactionResults } from '@tonegate/protocol/transaction-results'
import type { Guid } from '../../../base/guid.ts'
import { majorAmount } from '../../../base/money/major-amount.ts'
import type { TemplateShape, TemplateValues } from '../../../base/text/template.ts'
import type { Order } from '../../model/launch.ts'
import type { OrderItem } from '../flows/order-items.ts'
import type { Amounts } from '../flows/provider-flow.ts'

/** What is known of a session beside its result. */
export interface EndedSession {
  readonly tenant: number
  readonly flowId: number | null
  readonly linkId: string
  readonly launchedBy: string | null
  readonly order: Order
  readonly amounts: Amounts
  /** Milliseconds since the epoch. */
  readonly endedAt: number
}

/** What became of a session, in the names of contract/provider §4 and a few more. What is not known is left out. */
export type ResultValues = Readonly<Partial<Record<(typeof resultNames)[number], string>>> & {
  /** The gateway's own, under its names. */
  readonly gateway: Readonly<Record<string, string>>
}

const resultNames = [
  'orderReference',
  'orderAmount',
  'orderAmountMinor',
  'orderCurrency',
  'transactionResult',
  'transactionID',
  'transactionAuthCode',
  'transactionResponseMsg',
  'cardLast4',
  'cardType',
  'cardExpiry',
  'cardToken',
  'ppAccountID',
  'ppCallID',
  'flowId',
  'linkId',
  'launchedBy',
  'paymentOutcome',
  'end',
  'declineReason',
  'captured',
  'correction',
  'endedAt',
] as const

/** What a callback of one item has beside what its session has. */
const itemNames = ['itemNumber', 'itemCount', 'itemAmount', 'itemAmountMinor', 'itemReference'] as const

const sessionShape: TemplateShape = {
  ...Object.fromEntries(resultNames.map((name) => [name, 'text'])),
  gateway: 'any',
  initialValues: 'any',
}

const itemShape: TemplateShape = {
  ...sessionShape,
  ...Object.fromEntries(itemNames.map((name) => [name, 'text'])),
  item: 'any',
}

/** The names that a callback's template may use. */
export const callbackShape = { session: sessionShape, item: itemShape } as const

/** A result of which no more is known than of every other, of a session that has an item. */
export const minValues: TemplateValues = {
  itemNumber: '1',
  itemCount: '1',
  itemAmount: '1240',
  itemAmountMinor: '1240',
  orderAmount: '1240',
  orderAmountMinor: '1240',
  orderCurrency: 'EUR',
  transactionResult: 'ERROR',
  ppAccountID: '1',
  ppCallID: 'id',
  linkId: '1',
  paymentOutcome: 'failed',
  end: 'internal-error',
  endedAt: '2026-01-15T09:30:00.000Z',
}

/** What is told of a session's result. Of the card: brand, last four digits and expiry. */
export function resultValues(result: SessionResult, session: EndedSession): ResultValues {
  const { card, charge, end, outcome, correction, guid } = result
  const values: Record<(typeof resultNames)[number], string | undefined> = {
    ...orderValues(session),
    transactionResult: transactionResults[outcome],
    transactionID: charge?.gatewayReference,
    transactionAuthCode: charge?.authorisationCode,
    transactionResponseMsg: charge?.gatewayCode ?? charge?.declineReason,
    cardLast4: card?.last4,
    cardType: card?.brand,
    cardExpiry: card?.expiry,
    cardToken: charge?.token,
    ...sessionValues(guid, session),
    paymentOutcome: outcome,
    end,
    declineReason: charge?.declineReason,
    captured: charge?.captured === undefined ? undefined : String(charge.captured),
    correction,
  }
  const known = Object.entries(values).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(known), gateway: charge?.details ?? {} }
}

/** The values of a callback's template: the result, and what the client had sent along. */
export const callbackMessageValues = (
  result: ResultValues,
  initialValues: Readonly<Record<string, string | null>>,
): TemplateValues => ({
  ...result,
  initialValues: Object.fromEntries(
    Object.entries(initialValues).map(([name, value]) => [name, value ?? undefined]),
  ),
})

/** The same of one item of a session. */
export const itemValues = (
  { number, amountMinor, reference, values }: OrderItem,
  {
    order: { currency },
    amounts,
    count,
  }: Pick<EndedSession, 'order' | 'amounts'> & { readonly count: number },
): TemplateValues => ({
  itemNumber: String(number),
  itemCount: String(count),
  itemAmount: writtenAmount({ amountMinor, currency }, amounts),
  itemAmountMinor: String(amountMinor),
  itemReference: reference,
  item: values,
})

const orderValues = ({ order, amounts }: EndedSession) => ({
  orderReference: order.reference,
  orderAmount: writtenAmount(order, amounts),
  orderAmountMinor: String(order.amountMinor),
  orderCurrency: order.currency,
})

const sessionValues = (guid: Guid, { tenant, flowId, linkId, launchedBy, endedAt }: EndedSession) => ({
  ppAccountID: String(tenant),
  ppCallID: guid,
  flowId: flowId === null ? undefined : String(flowId),
  linkId,
  launchedBy: launchedBy ?? undefined,
  endedAt: new Date(endedAt).toISOString(),
})

/** `1240`, or `12.40`. */
const writtenAmount = (order: Order, amounts: Amounts): string =>
  amounts === 'minor' ? String(order.amountMinor) : majorAmount(order)
