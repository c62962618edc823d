export type { Place } from './addresses.ts'
export {
  type AgentViewMessage,
  type AgentViewSession,
  type FieldName,
  type FieldView,
  type OpenedAgentView,
  openAgentView,
  type ResultMessage,
  type StateMessage,
  type ViewState,
} from './agent-view.ts'
export {
  type ClientOptions,
  createClient,
  type KeyedOptions,
  type RequestOptions,
  type Tonegate,
} from './client.ts'
export type { Clock } from './clock.ts'
export {
  isTonegateError,
  NetworkError,
  OAuthError,
  type OAuthErrorCode,
  type Problem,
  ProblemError,
  TimeoutError,
  type TonegateError,
  UnexpectedAnswerError,
  WebhookError,
  type WebhookFault,
  type WrongMember,
} from './errors.ts'
export type { ProblemCode } from './problem-codes.ts'
export type { Credentials } from './requests/request-token.ts'
export type { GivenToken } from './requests/token-cache.ts'
export type { PaymentOutcome, PaymentResult } from './session/payment-result.ts'
export {
  isResultOf,
  outcomeOf,
  type ResultOf,
  resultByTemplate,
  type TemplatedResult,
} from './session/results.ts'
export type { EventOptions, SessionEnded, SessionEvent, SessionProgress } from './session/session-events.ts'
export type {
  CreatedSession,
  EndState,
  LinkTarget,
  ListedSession,
  NewDigitalSession,
  NewSession,
  OperationRequest,
  OrderedOperation,
  Payment,
  ResentLink,
  SessionPage,
  SessionQuery,
  SessionState,
  SessionStatus,
} from './session/types.ts'
export type { EndedSession, WaitOptions } from './session/wait-for-result.ts'
export { verifyWebhook, type WebhookMessage, type WebhookVerification } from './webhook.ts'
