import { statusReason } from '../base/outgoing/no-answer-reasons.ts'
import type { NoAnswer, OutgoingAnswer } from '../base/outgoing/outgoing.ts'
import { problems } from '../base/problem.ts'
import { retryAfterMilliseconds } from '../base/retry-after.ts'
import { readJson } from '../base/text/read-json.ts'
import { maskText } from './masked-transport.ts'
import { ToolFault } from './tool-fault.ts'

/** The members of a JSON object; none of anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}

const toOperator = 'Pass the call to a person, and tell the operator of this MCP server.'

/** It is not what a Tonegate would answer. */
export function unexpectedAnswer({ status, headers }: OutgoingAnswer): ToolFault {
  const [type = 'nothing'] = String([headers['content-type']].flat()[0] ?? 'nothing').split(';')
  const what =
    status >= 200 && status < 300
      ? `answered with ${maskText(type.slice(0, 60))} and no JSON`
      : statusReason(status)
  return new ToolFault(`Tonegate’s address ${what}: TONEGATE_MCP_URL may be wrong.`, toOperator)
}

/** There is no answer. @param sure that nothing was done. */
export function withoutAnswer(error: NoAnswer, sure: boolean): ToolFault {
  const what = `Tonegate cannot be reached: ${error.reason}.`
  return sure && !error.mayHaveArrived
    ? new ToolFault(
        what,
        'Nothing was done. Try again in a moment; if it stays so, pass the call to a person.',
      )
    : new ToolFault(what, 'Try again in a moment; if it stays so, pass the call to a person.')
}

/** What a model is to do about an error of the API, by its code (docs/errors.md). */
const advice: Readonly<Record<string, string>> = {
  'invalid-request': 'Correct the arguments; ask the customer where you do not know.',
  'unknown-account-configuration': toOperator,
  'card-data-refused':
    'No tool takes card data: the customer enters it on the keypad or on the page behind the link.',
  'insufficient-scope': toOperator,
  'not-found': 'Look it up with search_payment_sessions, or open a new session.',
  'no-live-call': 'Call it again when the customer is on the line, or use by: link.',
  'call-has-session': 'Follow that session, or cancel it first.',
  'session-ended':
    'Look at it with explain_payment_session, and open a new one if the payment is still wanted.',
  'not-possible-now': 'Look at the session with explain_payment_session, and decide then.',
  'refused-by-gateway': 'Nothing was moved. Pass the call to a person.',
  'amount-not-possible': 'Ask for less.',
  'link-not-sent': 'Read the address back to the customer, and send the link again.',
  'telephone-unavailable': 'Nothing was charged. Try again in a moment, or take the payment by link.',
  'idempotency-in-progress': 'Call the tool again in a moment, with the same arguments.',
  'idempotency-mismatch':
    'A payment with this reference was opened with other details. Use resend_payment_link or cancel_payment_session for it.',
}

/** An error of the API. */
export class ApiFault extends ToolFault {
  readonly status: number
  readonly code: string
  /** Of the session that is in the way. */
  readonly sessionGuid: string | undefined
  /** Milliseconds after which another try is worth it; `undefined` where the answer says nothing of it. */
  readonly retryAfter: number | undefined

  constructor(answer: OutgoingAnswer, now: number) {
    const { type, detail, message, sessionGuid } = membersOf(readJson(answer.body))
    const code = String(type ?? '').split('#')[1] ?? ''
    const retryAfter = retryAfterMilliseconds(answer.headers, now)
    const said = textOf(detail) || textOf(message) || `Tonegate ${statusReason(answer.status)}.`
    super(said, adviceFor(code, answer.status, retryAfter))
    this.status = answer.status
    this.code = code
    this.sessionGuid = typeof sessionGuid === 'string' && guid.test(sessionGuid) ? sessionGuid : undefined
    this.retryAfter = retryAfter
  }
}

const guid = /^[0-9a-f-]{36}$/i

/** A server’s sentence, on one line and not long. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? maskText(value).replace(/\s+/g, ' ').slice(0, 500) : ''

function adviceFor(code: string, status: number, retryAfter: number | undefined): string {
  if (Object.hasOwn(problems, code) && advice[code]) return advice[code]
  if (status === 401 || status === 403) return toOperator
  if (retryAfter !== undefined) return `Try again in ${Math.max(Math.ceil(retryAfter / 1000), 1)} seconds.`
  return status >= 500
    ? 'Try again in a moment; if it stays so, pass the call to a person.'
    : 'Do not repeat it unchanged.'
}
