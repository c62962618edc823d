import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { PaymentOrder } from '../../vault/model/payment-summary.ts'
import { type AnswerOnce, answerJson, json } from '../idempotency/answer-once.ts'
import type { KeptAnswer } from '../idempotency/idempotency.ts'
import { callerOf } from '../pass-bearer-check.ts'
import { allowEmptyBodies } from '../requests/empty-bodies.ts'
import type { OrderedOperation, PaymentOperations } from './order-operation.ts'
import { orderedAnswer, paymentAnswer } from './payment-answer.ts'
import { readOperationRequest } from './read-operation-request.ts'

interface OperationRouteParts {
  readonly operations: PaymentOperations
  readonly answerOnce: AnswerOnce
}

interface OfSession {
  readonly Params: { readonly sessionGuid: string }
}

/** What follows an approved payment: three POSTs that tell the same story, and a GET of what became of it all. */
export function operationRoutes(
  scope: FastifyInstance,
  { operations, answerOnce }: OperationRouteParts,
): void {
  allowEmptyBodies(scope)
  scope.get<OfSession>('/v1/session/:sessionGuid/payment', async (request, reply) => {
    const { guid, payment } = await operations.find(callerOf(request), request.params.sessionGuid)
    return answerJson(reply, JSON.stringify(paymentAnswer(guid, payment)))
  })
  for (const kind of ['capture', 'refund', 'void'] as const) {
    scope.post<OfSession>(`/v1/session/:sessionGuid/${kind}`, (request, reply) => {
      const wanted = wantedIn(request, kind)
      return answerOnce(request, reply, async (keyed) =>
        orderedJson(await operations.order(keyed ? { ...wanted, keyed: keptBy(keyed) } : wanted)),
      )
    })
  }
}

const wantedIn = (request: FastifyRequest<OfSession>, kind: PaymentOrder['kind']) => ({
  caller: callerOf(request),
  sessionGuid: request.params.sessionGuid,
  kind,
  ...readOperationRequest(kind, request.body),
})

/** The answer to a request with a key is kept with what it tells. */
const keptBy = ({ name, remember }: NonNullable<Parameters<Parameters<AnswerOnce>[2]>[0]>) => ({
  name: name.sessionGuid,
  keep: (tx: Parameters<typeof remember>[0], ordered: OrderedOperation) => remember(tx, orderedJson(ordered)),
})

function orderedJson({ guid, ...ordered }: OrderedOperation): KeptAnswer {
  const status = ordered.operation.status === 'pending' ? 202 : 200
  return { status, mediaType: json, body: JSON.stringify(orderedAnswer(guid, ordered)) }
}
