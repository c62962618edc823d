import type { SessionResult } from '@tonegate/protocol/outcome'
import { transactionResults } from '@tonegate/protocol/transaction-results'
import { majorAmount } from '../../base/money/major-amount.ts'
import {
  compileTemplate,
  TemplateError,
  type TemplateShape,
  type TemplateValues,
} from '../../base/text/template.ts'
import type { Launch, ResultMessage } from './launch.ts'

const names = [
  'transactionResult',
  'transactionID',
  'transactionAuthCode',
  'transactionResponseMsg',
  'cardLast4',
  'cardType',
  'orderAmount',
  'orderAmountMajor',
  'orderCurrency',
  'orderReference',
  'ppAccountID',
  'ppCallID',
  'paymentOutcome',
  'end',
  'declineReason',
] as const

/** The names that the templates may use: those of callbacks, but for what the agent does not see of the card. */
const resultVariableShape: TemplateShape = {
  ...Object.fromEntries(names.map((name) => [name, 'text'])),
  initialValues: 'any',
}

const maxCharacters = 4000

/** What the page around the agent view is told in `VariableData`, by the flow's own names (contract/provider §3). */
export function resultVariables(
  message: ResultMessage,
  result: SessionResult,
  launch: Launch,
): ResultMessage {
  const values = valuesOf(result, launch)
  return Object.fromEntries(Object.entries(message).map(([name, text]) => [name, filledIn(text, values)]))
}

/** What is wrong with a template; `undefined` when nothing is. */
export function faultInVariable(text: string): string | undefined {
  try {
    const [unknown] = compileTemplate(text).unknownNames(resultVariableShape)
    return unknown && `line ${unknown.line}: unknown value '${unknown.name}'`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}

const filledIn = (text: string, values: TemplateValues): string =>
  compileTemplate(text, { maxCharacters, tooLong: 'cut' }).render(values)

function valuesOf({ guid, outcome, end, card, charge }: SessionResult, launch: Launch): TemplateValues {
  const { order, flow, tenant, initialValues } = launch
  const values: Record<(typeof names)[number], string | undefined> = {
    transactionResult: transactionResults[outcome],
    transactionID: charge?.gatewayReference,
    transactionAuthCode: charge?.authorisationCode,
    transactionResponseMsg: charge?.gatewayCode ?? charge?.declineReason,
    cardLast4: flow.showLast4 ? card?.last4 : undefined,
    cardType: card?.brand,
    orderAmount: String(order.amountMinor),
    orderAmountMajor: majorAmount(order),
    orderCurrency: order.currency,
    orderReference: order.reference,
    ppAccountID: String(tenant),
    ppCallID: guid,
    paymentOutcome: outcome,
    end,
    declineReason: charge?.declineReason,
  }
  const sent = Object.entries(initialValues).map(([name, value]) => [name, value ?? undefined])
  return { ...values, initialValues: Object.fromEntries(sent) }
}
