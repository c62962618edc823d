import { isRecord, type UnknownRecord } from './record.ts'
import type { FieldView, ViewState } from './view-state.ts'

/** Something has changed in the session: its whole state. */
export interface StateMessage {
  readonly type: 'state'
  /** The `providerSessionGuid` of the session. */
  readonly session: string
  readonly state: ViewState
}

/** The session has ended. Comes once. */
export interface ResultMessage {
  readonly type: 'result'
  readonly transactionResult: 'SUCCESS' | 'DECLINE' | 'ERROR' | 'CANCELLED'
  readonly transactionAuthCode?: string
  readonly cardLast4?: string
  readonly cardType?: string
  /** Minor units of the currency, as text. */
  readonly orderAmount?: string
  readonly orderCurrency?: string
  readonly orderReference?: string
}

/** What the agent view tells the page that shows it. */
export type AgentViewMessage = StateMessage | ResultMessage

/** Reads what an agent view posted; `undefined` when it is not a message of one. */
export function readMessage(data: unknown): AgentViewMessage | undefined {
  if (!isRecord(data)) return undefined
  return data.type === 'tonegate:state' ? readState(data) : readResult(data.VariableData)
}

function readState({ session, state }: UnknownRecord): StateMessage | undefined {
  return typeof session === 'string' && isViewState(state) ? { type: 'state', session, state } : undefined
}

const results = ['SUCCESS', 'DECLINE', 'ERROR', 'CANCELLED'] as const
const optional = [
  'transactionAuthCode',
  'cardLast4',
  'cardType',
  'orderAmount',
  'orderCurrency',
  'orderReference',
] as const

function readResult(variables: unknown): ResultMessage | undefined {
  if (!isRecord(variables)) return undefined
  const transactionResult = results.find((result) => result === textOf(variables.transactionResult))
  if (transactionResult === undefined) return undefined
  const others = optional.flatMap((name) => {
    const value = textOf(variables[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  return { type: 'result', transactionResult, ...Object.fromEntries(others) }
}

function textOf(variable: unknown): string | undefined {
  return isRecord(variable) && typeof variable.Value === 'string' ? variable.Value : undefined
}

const isTextOrNull = (value: unknown) => value === null || typeof value === 'string'

function isViewState(state: unknown): state is ViewState {
  return (
    isRecord(state) &&
    ['capturing', 'confirming', 'processing', 'ended'].includes(String(state.state)) &&
    ['keypad', 'link'].includes(String(state.entry)) &&
    (state.keypad === undefined || typeof state.keypad === 'string') &&
    [state.step, state.brand, state.last4].every(isTextOrNull) &&
    [state.merchantName, state.caller].every((value) => typeof value === 'string') &&
    [state.slowMode, state.challenged].every((value) => typeof value === 'boolean') &&
    [state.interDigitSeconds, state.endsAt].every(Number.isFinite) &&
    Array.isArray(state.warnings) &&
    state.warnings.every((warning) => typeof warning === 'string') &&
    hasFields(state.fields) &&
    isOrder(state.order) &&
    isLink(state.link) &&
    isResult(state.result)
  )
}

function hasFields(fields: unknown): boolean {
  return isRecord(fields) && [fields.pan, fields.expiry, fields.securityCode].every(isFieldView)
}

const isFieldView = (field: unknown): field is FieldView =>
  isRecord(field) &&
  typeof field.state === 'string' &&
  Number.isInteger(field.digits) &&
  Number.isInteger(field.attemptsLeft)

const isOrder = (order: unknown): boolean =>
  isRecord(order) && Number.isSafeInteger(order.amountMinor) && typeof order.currency === 'string'

const isLink = (link: unknown): boolean =>
  isRecord(link) &&
  typeof link.opened === 'boolean' &&
  isTextOrNull(link.typing) &&
  (link.sent === null ||
    (isRecord(link.sent) &&
      [link.sent.channel, link.sent.to, link.sent.state].every((value) => typeof value === 'string')))

const isResult = (result: unknown): boolean =>
  result === null ||
  (isRecord(result) && typeof result.end === 'string' && typeof result.outcome === 'string')
