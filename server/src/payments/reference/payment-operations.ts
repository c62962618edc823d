import type { Operation } from '../../base/openapi/api-part.ts'
import { problemAnswers } from '../../base/openapi/problem-answers.ts'
import { operationBody, orderedOperation, payment } from '../requests/schemas.ts'
import {
  bodyProblems,
  idempotencyKey,
  jsonAnswer,
  jsonBody,
  keyProblems,
  ofSession,
  paymentsTag,
  usualProblems,
  withToken,
} from './operation-parts.ts'
import { doneOperations, operationRequests, payments, pendingOperations } from './payment-examples.ts'

export const getPayment: Operation = {
  operationId: 'getPayment',
  tag: paymentsTag,
  summary: 'Amounts and operations of an approved payment',
  description: 'What was authorized, captured, refunded and voided, when and by whom.',
  security: withToken,
  path: ofSession,
  answers: {
    200: jsonAnswer('The payment.', payment, payments),
    ...problemAnswers(
      ...usualProblems,
      'not-found',
      'not-possible-now',
      'provider-refused',
      'provider-unavailable',
    ),
  },
}

const operation = ({
  description,
  ...names
}: Pick<Operation, 'operationId' | 'summary' | 'description'>): Operation => ({
  ...names,
  tag: paymentsTag,
  description,
  security: withToken,
  path: ofSession,
  headers: idempotencyKey,
  body: jsonBody('optional', 'How much; without a body, all.', {
    schema: operationBody,
    examples: operationRequests,
  }),
  answers: {
    200: jsonAnswer('The gateway has done it.', orderedOperation, doneOperations),
    202: jsonAnswer(
      'The gateway has not answered yet. The server keeps asking it; read the payment, or send the same request again.',
      orderedOperation,
      pendingOperations,
    ),
    ...problemAnswers(
      ...usualProblems,
      ...bodyProblems,
      ...keyProblems,
      'not-found',
      'not-possible-now',
      'refused-by-gateway',
      'amount-not-possible',
      'provider-refused',
      'provider-unavailable',
    ),
  },
})

export const capturePayment = operation({
  operationId: 'capturePayment',
  summary: 'Captures an authorized payment',
  description: 'Once. What is not captured is released.',
})

export const refundPayment = operation({
  operationId: 'refundPayment',
  summary: 'Refunds a captured payment',
  description:
    'In full or in parts. Without an Idempotency-Key, a refund of the same amount as one that is pending is that one.',
})

export const voidPayment = operation({
  operationId: 'voidPayment',
  summary: 'Voids an authorized payment',
  description: 'Before it is captured; the customer is not charged.',
})
