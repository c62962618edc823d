import type { operations } from '../openapi.ts'
import type { PaymentResult } from './payment-result.ts'

/** Types of the OpenAPI description, by the names of its operations. */
type Answer<Operation extends keyof operations> = operations[Operation] extends {
  readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer Body } } }
}
  ? Body
  : never

type Request<Operation extends keyof operations> = operations[Operation] extends {
  readonly requestBody?: { readonly content: { readonly 'application/json': infer Body } }
}
  ? Body
  : never

type Loose<Body> = Body extends object ? { readonly [Member in keyof Body]: Body[Member] | undefined } : Body

/** What opens a session. */
export type NewSession = Request<'createSession'>
export type NewDigitalSession = Request<'createDigitalSession'>
/** An open session: its ids, the agent view with its two tokens, and the customer’s page. */
export type CreatedSession = Answer<'createSession'>
/** State and, once it has ended, result of a session. */
export type SessionStatus = Omit<Answer<'getSession'>, 'paymentResultData'> & {
  /** Absent while the session is open, and from 15 minutes after its end. */
  readonly paymentResultData?: PaymentResult
}
export type SessionState = SessionStatus['sessionState']
/** How a session can end. */
export type EndState = Exclude<SessionState, 'Created' | 'InProgress'>

export type SessionPage = Answer<'listSessions'>
export type ListedSession = SessionPage['sessions'][number]
type ListParameters = NonNullable<operations['listSessions']['parameters']['query']>
/** Which sessions to list. */
export type SessionQuery = Loose<Omit<ListParameters, 'from' | 'to'>> & {
  readonly from?: string | Date | undefined
  readonly to?: string | Date | undefined
}

/** Where a link is to be sent; without it, where it was sent before. */
export type LinkTarget = Request<'resendLink'>
export type ResentLink = Answer<'resendLink'>

/** What became of the payment of a session: captured, refunded, voided. */
export type Payment = Answer<'getPayment'>
/** `amount` in major units, as text: `5.00`. */
export type OperationRequest = Request<'refundPayment'>
/** The operation, and the payment after it. `operation.status` is `pending` while the gateway’s answer is not known. */
export type OrderedOperation = Answer<'refundPayment'>
